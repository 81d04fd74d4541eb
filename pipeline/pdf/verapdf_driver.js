// Validates PDF files with the veraPDF library, in the Rhino shell that lies in the same jar.
//
// Arguments: the profile's name ("PDFA-2U"), then the files. Standard output: one line of ASCII JSON for each file,
// {"file": number, "compliant": true | false, "failures": [[clause, test, message] ...]} or
// {"file": number, "error": text}, after a marker. JAXB is not needed: the profile is read with an XML parser.

importPackage(Packages.org.verapdf.pdfa);
importPackage(Packages.org.verapdf.pdfa.flavours);
importPackage(Packages.org.verapdf.pdfa.validation.profiles);

var MARK = "@sohoa ";
var MAX_FAILURES_EACH = 10;
var MAX_FAILURES = 25;

function say(answer) {
    var text = JSON.stringify(answer).replace(/[\u0080-\uffff]/g, function (c) {
        return "\\u" + ("0000" + c.charCodeAt(0).toString(16)).slice(-4);
    });
    java.lang.System.out.println(MARK + text);
    java.lang.System.out.flush();
}

function children(element, name) {
    var found = [];
    for (var node = element.getFirstChild(); node !== null; node = node.getNextSibling()) {
        if (String(node.getNodeName()) === name) {
            found.push(node);
        }
    }
    return found;
}

function text(element, name) {
    var found = children(element, name);
    return found.length ? String(found[0].getTextContent()).trim() : "";
}

function attribute(element, name) {
    return element.hasAttribute(name) ? String(element.getAttribute(name)) : null;
}

function argument(element) {
    // Only the implementation can make one, and its factories are not public.
    var type = java.lang.Class.forName("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl");
    var word = java.lang.Class.forName("java.lang.String");
    var factory = type.getDeclaredMethod("fromValues", word, word, word);
    factory.setAccessible(true);
    return factory.invoke(null, String(element.getTextContent()).trim(), attribute(element, "name"), null);
}

function errorOf(rule) {
    var error = children(rule, "error")[0];
    var list = new java.util.ArrayList();
    var holder = children(error, "arguments");
    if (holder.length) {
        children(holder[0], "argument").forEach(function (each) {
            list.add(argument(each));
        });
    }
    return Profiles.errorFromValues(text(error, "message"), list);
}

function ruleOf(element) {
    var id = children(element, "id")[0];
    var ruleId = Profiles.ruleIdFromValues(
        PDFAFlavour.Specification.valueOf(attribute(id, "specification")),
        attribute(id, "clause"),
        parseInt(attribute(id, "testNumber"), 10)
    );
    var deferred = attribute(element, "deferred");
    return Profiles.ruleFromValues(
        ruleId,
        attribute(element, "object"),
        deferred === null ? null : java.lang.Boolean.valueOf(deferred),
        attribute(element, "tags"),
        text(element, "description"),
        text(element, "test"),
        errorOf(element),
        new java.util.ArrayList()
    );
}

function variableOf(element) {
    return Profiles.variableFromValues(
        attribute(element, "name"), attribute(element, "object"), text(element, "defaultValue"), text(element, "value")
    );
}

function profileNamed(name) {
    var stream = java.lang.Class.forName("org.verapdf.pdfa.validation.profiles.Profiles")
        .getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml");
    var factory = Packages.javax.xml.parsers.DocumentBuilderFactory.newInstance();
    var root = factory.newDocumentBuilder().parse(stream).getDocumentElement();
    var rules = new java.util.HashSet();
    var variables = new java.util.HashSet();
    children(children(root, "rules")[0], "rule").forEach(function (each) {
        rules.add(ruleOf(each));
    });
    children(children(root, "variables")[0], "variable").forEach(function (each) {
        variables.add(variableOf(each));
    });
    var details = Profiles.profileDetailsFromValues(name, name, "veraPDF Consortium", new java.util.Date(0));
    return Profiles.profileFromValues(PDFAFlavour.valueOf(attribute(root, "flavour")), details, "", rules, variables);
}

function failuresOf(result) {
    var found = [];
    var checks = result.getTestAssertions().iterator();
    while (checks.hasNext() && found.length < MAX_FAILURES) {
        var check = checks.next();
        if (String(check.getStatus()) !== "passed") {
            var id = check.getRuleId();
            found.push([String(id.getClause()), Number(id.getTestNumber()), String(check.getErrorMessage() || check.getMessage())]);
        }
    }
    return found;
}

function judge(profile, number, path) {
    var parser = null;
    try {
        parser = Foundries.defaultInstance().createParser(new java.io.File(path), profile.getPDFAFlavour());
        var validator = Foundries.defaultInstance().createValidator(profile, MAX_FAILURES_EACH, false, true, false);
        var result = validator.validate(parser);
        if (String(result.getJobEndStatus()) !== "normal") {
            say({file: number, error: "ended as " + result.getJobEndStatus()});
            return;
        }
        say({file: number, compliant: result.isCompliant() === true, failures: failuresOf(result)});
    } catch (problem) {
        say({file: number, error: String(problem)});
    } finally {
        if (parser !== null) {
            parser.close();
        }
    }
}

Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var chosen = profileNamed(arguments[0]);
for (var index = 1; index < arguments.length; index++) {
    judge(chosen, index - 1, arguments[index]);
}
