"""Reads a PDF by the clauses of ISO 19005-2 (PDF/A-2, level B) that a file of scanned pages can break.

Written from the standard's clauses, not from the maker: it opens the raw bytes and every object.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree

import pikepdf

ALLOWED_FILTERS = {
    "/DCTDecode",
    "/FlateDecode",
    "/RunLengthDecode",
    "/CCITTFaxDecode",
    "/JBIG2Decode",
    "/JPXDecode",
}
FORBIDDEN_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/Hide",
    "/SetOCGState",
}
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDF = "{http://ns.adobe.com/pdf/1.3/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def faults(content: bytes) -> list[str]:
    """Every clause that the file breaks, in words; none for a file that conforms."""
    found = [*_bytes(content)]
    with pikepdf.open(BytesIO(content)) as pdf:
        found += _whole(pdf)
        found += _metadata(pdf)
        profile = _intent(pdf, found)
        for page in pdf.pages:
            found += _page(page, has_rgb=profile)
        for each in pdf.objects:
            found += _object(each)
    return found


def _bytes(content: bytes) -> list[str]:
    found = []
    if not re.match(rb"%PDF-1\.[0-7]\r?\n", content):
        found.append("6.1.2: header")
    second = content.split(b"\n", 2)[1]
    if not second.startswith(b"%") or len([byte for byte in second[1:5] if byte > 127]) < 4:
        found.append("6.1.2: comment of four bytes above 127")
    if not content.rstrip(b"\r\n").endswith(b"%%EOF"):
        found.append("6.1.3: nothing after the last %%EOF")
    return found


def _whole(pdf: pikepdf.Pdf) -> list[str]:
    found = []
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        found.append("6.1.3: encrypted")
    if len(pdf.trailer.get("/ID", [])) != 2:
        found.append("6.1.3: no file identifier")
    for key in ("/OpenAction", "/AA", "/Requirements"):
        if key in pdf.Root:
            found.append(f"6.5: {key} in the catalog")
    if "/EmbeddedFiles" in pdf.Root.get("/Names", {}):
        found.append("6.8: embedded files")
    if "/NeedAppearances" in pdf.Root.get("/AcroForm", {}):
        found.append("6.4.1: NeedAppearances")
    return found


def _metadata(pdf: pikepdf.Pdf) -> list[str]:
    if "/Metadata" not in pdf.Root:
        return ["6.6.2.1: no metadata"]
    stream = pdf.Root.Metadata
    found = [] if "/Filter" not in stream else ["6.6.2.1: metadata is filtered"]
    raw = stream.read_raw_bytes()
    if raw.startswith(b"<?xpacket") and re.search(rb"<\?xpacket[^>]*(bytes|encoding)=", raw.split(b"?>")[0]):
        found.append("6.6.2.1: bytes or encoding in the packet header")
    tree = ElementTree.fromstring(raw)  # noqa: S314 - of our own making
    said = _properties(tree)
    if said.get(f"{PDFA}part") != "2":
        found.append("6.6.4: not part 2")
    if said.get(f"{PDFA}conformance") not in ("A", "B", "U"):
        found.append("6.6.4: no level")
    info = pdf.trailer.get("/Info", pikepdf.Dictionary())
    for key, name in (("/Title", f"{DC}title"), ("/Producer", f"{PDF}Producer")):
        if key in info and str(info[key]) != said.get(name):
            found.append(f"6.6.3: {key} is not what the metadata says")
    for key, name in (("/CreationDate", f"{XMP}CreateDate"), ("/ModDate", f"{XMP}ModifyDate")):
        if key in info and _moment(str(info[key])) != _moment(said.get(name, "")):
            found.append(f"6.6.3: {key} is not what the metadata says")
    return found


def _properties(tree: ElementTree.Element) -> dict[str, str]:
    said: dict[str, str] = {}
    for about in tree.iter(f"{RDF}Description"):
        said |= {name: value for name, value in about.attrib.items() if not name.startswith(RDF)}
        for each in about:
            first = each.find(f".//{RDF}li")
            said[each.tag] = (first.text if first is not None else each.text) or ""
    return said


def _moment(text: str) -> str:
    return re.sub(r"\D", "", text)[:14]


def _intent(pdf: pikepdf.Pdf, found: list[str]) -> bool:
    """Whether there is an output intent with an RGB profile."""
    for intent in pdf.Root.get("/OutputIntents", []):
        if intent.get("/S") != "/GTS_PDFA1":
            continue
        profile = intent.get("/DestOutputProfile")
        if profile is None:
            found.append("6.2.3: no profile")
            return False
        data = profile.read_bytes()
        if data[36:40] != b"acsp" or data[8] > 4:
            found.append("6.2.3: no ICC profile of version 4 or lower")
        if (data[16:20], int(profile.get("/N", 0))) != (b"RGB ", 3):
            found.append("6.2.3: profile and /N do not fit")
            return False
        if data[12:16] not in (b"mntr", b"prtr", b"scnr", b"spac"):
            found.append("6.2.3: class of the profile")
        return True
    found.append("6.2.3: no output intent")
    return False


def _page(page: pikepdf.Page, *, has_rgb: bool) -> list[str]:
    found = []
    if "/AA" in page.obj:
        found.append("6.5.2: page acts")
    width, height = (float(side) for side in page.mediabox[2:])
    if not all(3 <= side <= 14400 for side in (width, height)):
        found.append("6.1.13: size of the page")
    if "/Group" in page.obj and not has_rgb:
        found.append("6.2.10: transparency without a blending space")
    resources = page.obj.get("/Resources", pikepdf.Dictionary())
    for font in resources.get("/Font", pikepdf.Dictionary()).values():
        descriptor = font.get("/FontDescriptor", pikepdf.Dictionary())
        if (
            not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
            and font.get("/Subtype") != "/Type0"
        ):
            found.append("6.2.11.4: font not embedded")
    for annotation in page.obj.get("/Annots", []):
        if not int(annotation.get("/F", 0)) & 4:
            found.append("6.3.2: annotation does not print")
    return found


def _object(each: pikepdf.Object) -> list[str]:
    found = []
    if isinstance(each, pikepdf.Dictionary | pikepdf.Stream) and str(each.get("/S", "")) in FORBIDDEN_ACTIONS:
        found.append("6.5.1: action")
    if not isinstance(each, pikepdf.Stream):
        return found
    used = each.get("/Filter", [])
    names = [str(used)] if isinstance(used, pikepdf.Name) else [str(name) for name in used]
    found += [f"6.1.7.2: filter {name}" for name in names if name not in ALLOWED_FILTERS]
    if {"/F", "/FFilter", "/FDecodeParms"} & set(each.keys()):
        found.append("6.1.7.1: data in another file")
    if each.get("/Subtype") == "/Image":
        if {"/Alternates", "/OPI"} & set(each.keys()) or each.get("/Interpolate", False):
            found.append("6.2.8: alternates, OPI or interpolation")
        if each.get("/ColorSpace") == "/DeviceCMYK":
            found.append("6.2.4.3: colours the intent does not cover")
    return found
