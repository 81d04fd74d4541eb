-- The register of sets, media, copies and checks, version 1 (PRAGMA user_version = 1).
-- Times are ISO 8601 with +07:00, to the second; "" stands for "not known" or "not yet". Everything but media.path and
-- events.on_medium can be made again from the media.

CREATE TABLE media (
    id TEXT PRIMARY KEY,              -- 32 hexadecimal digits, as in sohoa-medium.json
    code TEXT NOT NULL UNIQUE,        -- mã phương tiện lưu trữ
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    until TEXT NOT NULL,              -- end of its durability: year, month or day
    created TEXT NOT NULL,
    retired TEXT NOT NULL,
    path TEXT NOT NULL                -- where it was last seen on this machine
) WITHOUT ROWID;

CREATE TABLE sets (
    seal TEXT PRIMARY KEY,            -- SHA-256 of the tag manifest
    name TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    payload_bytes INTEGER NOT NULL,   -- 0 while not known
    payload_files INTEGER NOT NULL,
    description TEXT NOT NULL         -- JSON: what bag-info.txt says, label -> value
) WITHOUT ROWID;

CREATE INDEX sets_by_name ON sets (name);

CREATE TABLE copies (
    medium_id TEXT NOT NULL,
    name TEXT NOT NULL,               -- folder on the medium, the set's name
    seal TEXT NOT NULL,               -- which generation of the set
    created TEXT NOT NULL,            -- first record
    state TEXT NOT NULL,              -- whole, unproved, faulty, in-doubt
    head_number INTEGER NOT NULL,     -- newest record ...
    head_digest TEXT NOT NULL,        -- ... and the SHA-256 of its bytes
    last_event TEXT NOT NULL,         -- time of the newest record
    last_full_check TEXT NOT NULL,    -- last time that every byte was read and found right in one go
    covered_since TEXT NOT NULL,      -- every byte was read and found right at this time or later
    last_outcome TEXT NOT NULL,       -- of the last check, repair or writing
    last_part TEXT NOT NULL,          -- "2/5" where the last check was of a part
    shared_device INTEGER NOT NULL,   -- 1 where it was forced onto the same device as another copy
    PRIMARY KEY (medium_id, name)
) WITHOUT ROWID;

CREATE INDEX copies_by_seal ON copies (seal);

CREATE TABLE events (
    medium_id TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    seal TEXT NOT NULL,
    event TEXT NOT NULL,
    time TEXT NOT NULL,
    by TEXT NOT NULL,
    digest TEXT NOT NULL,             -- SHA-256 of the record's bytes
    on_medium INTEGER NOT NULL,       -- 0 where the register alone keeps it: read-only or absent medium
    record TEXT NOT NULL,             -- the record's bytes, canonical JSON
    PRIMARY KEY (medium_id, name, number)
) WITHOUT ROWID;

CREATE INDEX events_by_time ON events (time);
CREATE INDEX events_by_event ON events (event, time);
