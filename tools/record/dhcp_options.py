"""Reads and changes options of a DHCP message (RFC 2132 §2), for the recorders."""


def dhcp_option(data, code):
    i = 240
    while i + 1 < len(data) and data[i] != 255:
        if data[i] == 0:
            i += 1
            continue
        if data[i] == code:
            return data[i + 2:i + 2 + data[i + 1]]
        i += 2 + data[i + 1]
    return None


def patch(data, code, value):
    i, out = 240, bytearray(data)
    while i + 1 < len(out) and out[i] != 255:
        if out[i] == 0:
            i += 1
            continue
        if out[i] == code:
            out[i + 2:i + 2 + out[i + 1]] = value
        i += 2 + out[i + 1]
    return bytes(out)
