#!/usr/bin/env python3
"""Writes phonenumbers.tsv: telephone numbers as people write them, and what the Python port of libphonenumber makes of them.

    python3 -m venv /tmp/v && /tmp/v/bin/pip install phonenumbers==9.0.43
    /tmp/v/bin/python make.py > phonenumbers.tsv

A line is a region, a number in E.164 without its plus, and the ways to write it, separated by tabs. What the library
reads otherwise than as that number stands behind a `=>`, empty if it reads nothing.
"""

import random
import sys

import phonenumbers as p
from phonenumbers import PhoneNumberFormat as F, PhoneNumberType as T

assert p.__version__ == "9.0.43", p.__version__
random.seed(20)

REGIONS = "DE AT CH IT FR GB ES NL BE PL CZ SE NO DK HU RU US BR JP AU TR".split()
TYPES = [T.FIXED_LINE, T.FIXED_LINE, T.FIXED_LINE, T.FIXED_LINE, T.MOBILE, T.MOBILE, T.MOBILE, T.TOLL_FREE,
         T.PREMIUM_RATE, T.SHARED_COST, T.VOIP, T.UAN]


def others(number):
    """The number, and one with other last digits."""
    for _ in range(40):
        last = 10 ** random.choice([3, 4, 5])
        changed = number.national_number - number.national_number % last + random.randrange(last)
        other = p.PhoneNumber(country_code=number.country_code, national_number=changed,
                              italian_leading_zero=number.italian_leading_zero)
        if p.is_valid_number(other):
            return other
    return number


def forms(region, number):
    international = p.format_number(number, F.INTERNATIONAL)
    national = p.format_number(number, F.NATIONAL)
    e164 = p.format_number(number, F.E164)
    code, nsn = str(number.country_code), p.national_significant_number(number)
    trunk = p.ndd_prefix_for_region(region, True) or ""
    yield international
    yield e164
    yield international.replace(" ", "-")
    yield international.replace(" ", ".")
    yield international.replace(" ", "\u00a0").replace("-", "\u2011")
    yield international.replace(" ", "\u202f")
    yield "\u202a" + international + "\u202c"
    yield "\u2068" + international + "\u2069"
    yield "\u200e" + e164
    yield f"(+{code}) {nsn}"
    prefix = p.PhoneMetadata.metadata_for_region(region).international_prefix
    if prefix.isdigit():
        yield prefix + e164[1:]
        yield f"{prefix} {code} {nsn}"
    if trunk:
        if trunk == "0":
            yield f"+{code} (0) {nsn}"
            yield f"+{code}(0){nsn}"
            yield f"+{code} [0] {nsn[:2]} {nsn[2:]}"
            yield f"00{code}(0){nsn}" if prefix == "00" else f"+{code}-(0)-{nsn}"
        yield f"{trunk}{nsn[:3]}/{nsn[3:]}"
        yield f"({trunk}{nsn[:3]}) {nsn[3:]}"
        yield f"{trunk}{nsn[:3]} - {nsn[3:5]} {nsn[5:]}"
    yield national
    yield national.replace(" ", "\u2009").replace("-", "\u2013")
    yield national.replace("(", "").replace(")", "").replace(" ", "").replace("-", "")
    yield " " + national + "\n"
    yield national.replace(" ", "\t")
    yield "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in national)
    yield "Tel.: " + national
    yield "'" + national
    yield "tel:" + e164
    yield international + " ext. 12"
    yield national + " x12"
    yield f"tel:{e164};ext=12"


def read(text, region):
    try:
        return p.format_number(p.parse(text, region), F.E164)[1:]
    except p.NumberParseException:
        return ""


def escaped(text):
    return "".join(c if " " <= c < "\x7f" else {"\t": "\\t", "\n": "\\n"}.get(c, f"\\u{ord(c):04x}") for c in text)


def main():
    print("# Made by make.py with phonenumbers", p.__version__)
    count = 0
    for region in REGIONS:
        seen = set()
        for kind in TYPES:
            example = p.example_number_for_type(region, kind)
            if example is None:
                continue
            number = others(example)
            e164 = p.format_number(number, F.E164)[1:]
            if e164 in seen:
                continue
            seen.add(e164)
            written = list(dict.fromkeys(forms(region, number)))
            if len(seen) == 1:
                written.append(p.format_number(number, F.NATIONAL) + " (Zentrale)")
            columns = []
            for text in written:
                found = read(text, region)
                columns.append(escaped(text) + ("" if found == e164 else "=>" + found))
                count += 1
            print(region, e164, *columns, sep="\t")
    print(count, "renderings", file=sys.stderr)


main()
