"""Information packages AIP_hoso and SIP_hoso: E-ARK CSIP 2.0.4 with METS, EAD, PREMIS (Thông tư 05/2025/TT-BNV)."""
