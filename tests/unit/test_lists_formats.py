"""Every list's format is read as its publisher writes it: names, aliases, programmes, countries, days, quirks."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.lists import eu, ofac, uk, un
from pipelines.lists.entry import MalformedList, country, day, merged, partial_date

SHARED = Path(__file__).parents[3] / "shared" / "lists"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real samples are not here")

N = "-0- "
SDN = (
    f'501,"PETRENKOV, Oleg Ivanovich","individual","CYBER2] [CAATSA - RUSSIA","Deputy Chief",{N},{N},{N},{N},{N},{N},'
    "\"DOB 03 Aug 1956; alt. DOB 1957; nationality Latvia; Passport 100 (Russia); a.k.a. 'Slavik'; Linked To: X.\"\r\n"
    f'502,"NORTHERN DATA CENTER",{N},"CYBER2",{N},{N},{N},{N},{N},{N},{N},"Tax ID No. 77 (Russ"\r\n'
    f'503,"SEA STAR","vessel","DPRK4",{N},"H1","Tanker",{N},{N},"Panama",{N},{N}\r\n\x1a'
).encode()
ADD = f'501,1,{N},"Riga","Latvia",{N}\r\n502,2,"Street 1","Moscow","Russia",{N}\r\n\x1a'.encode()
ALT = f'501,9,"aka","PETRENKOV, Aleh",{N}\r\n502,10,"fka","NDC LAB",{N}\r\n\x1a'.encode()
COMMENTS = b"502,\"ia); a.k.a. 'NDC'.\"\r\n"


def ofac_entries(**files):
    return merged(ofac.parse({"sdn": SDN, "add": ADD, "alt": ALT, "sdn_comments": COMMENTS} | files).entries)


def test_ofac_names_aliases_and_programmes_come_from_four_files():
    one, two, ship = ofac_entries().values()
    assert (one.name, one.type, one.title) == ("PETRENKOV, Oleg Ivanovich", "person", "Deputy Chief")
    assert one.programmes == ("CYBER2", "CAATSA - RUSSIA")
    assert one.aliases == ("PETRENKOV, Aleh",) and one.weak_aliases == ("Slavik",)
    assert one.birth_dates == ("1956-08-03", "1957")
    assert one.countries == ("LVA", "RUS") and one.target == "RUS"
    assert "Executive Order 13694" in one.legal_basis
    # Remarks that were cut at a thousand characters go on in the comments.
    assert two.remarks == "Tax ID No. 77 (Russia); a.k.a. 'NDC'." and two.weak_aliases == ("NDC",)
    assert (two.type, ship.type, ship.countries) == ("organisation", "ship", ("PAN",))


def test_ofac_lines_that_cannot_be_read_are_named_with_their_line():
    parsed = ofac.parse(
        {"sdn": SDN.rstrip(b"\x1a").replace(b'502,"NORTHERN', b'5o2,"NORTHERN') + b'504,"CUT OFF"'}
    )
    assert [(f.position, f.reason) for f in parsed.faults] == [(2, "not_a_number"), (4, "column_count")]
    assert len(parsed.entries) == 2


def test_a_page_instead_of_a_list_is_refused():
    with pytest.raises(MalformedList, match="page"):
        ofac.parse({"sdn": b"<html>We are sorry</html>"})
    for parse, name in ((un.parse, "consolidated"), (eu.parse, "fsf"), (uk.parse, "list")):
        with pytest.raises(MalformedList):
            parse({name: b"<html><body>We are sorry</body></html>"})
        with pytest.raises(MalformedList):
            parse({name: b"a,b\n1,2\n"})


def test_an_entry_on_both_lists_of_ofac_is_one_entry():
    cons = SDN.splitlines(keepends=True)[1].replace(b"CYBER2", b"UKRAINE-EO13662")
    entry = ofac_entries(cons_prim=cons)["502"]
    assert entry.programmes == ("CYBER2", "UKRAINE-EO13662")
    assert entry.list == "SDN List; Consolidated (non-SDN) List"


DELTA = """<?xml version="1.0"?><sanctionsData xmlns="https://www.treasury.gov/ofac/DeltaFile/1.0">
<publicationInfo><datePublished>2026-01-15T00:00:00-05:00</datePublished></publicationInfo><entities>
<entity id="601" action="add"><generalInfo><entityType refId="600">Individual</entityType></generalInfo>
 <sanctionsLists><sanctionsList datePublished="2026-01-15">SDN List</sanctionsList></sanctionsLists>
 <sanctionsPrograms><sanctionsProgram>VENEZUELA</sanctionsProgram></sanctionsPrograms>
 <names><name><isPrimary>true</isPrimary><translations><translation><formattedFullName>TORRENTE DIAZ, Carlo</formattedFullName></translation></translations></name>
 <name><isPrimary>false</isPrimary><isLowQuality>true</isLowQuality><translations><translation><formattedFullName>El Viejo</formattedFullName></translation></translations></name></names>
 <features><feature><type featureTypeId="8">Birthdate</type><value>03 Mar 1972</value></feature></features></entity>
<entity id="602" action="remove"><generalInfo><entityType>Entity</entityType></generalInfo>
 <names><name><isPrimary>true</isPrimary><translations><translation><formattedFullName>OLD OIL CORP</formattedFullName></translation></translations></name></names></entity>
<entity id="603"><sanctionsPrograms><sanctionsProgram action="add">SDGT</sanctionsProgram></sanctionsPrograms></entity>
</entities></sanctionsData>"""


def test_ofac_delta_files_say_what_was_added_removed_and_amended_on_which_day():
    added, removed, amended = ofac.parse_delta(DELTA.encode())
    assert (added.action, added.change_date) == ("added", date(2026, 1, 15))
    assert added.entry.name == "TORRENTE DIAZ, Carlo" and added.entry.weak_aliases == ("El Viejo",)
    assert added.entry.target == "VEN" and added.entry.listed_date == date(2026, 1, 15)
    assert (removed.action, removed.entry.type) == ("removed", "organisation")
    assert amended.action == "amended"
    history = b'[{"publicationID": 7, "datePublished": "2026-01-15T10:30:00.123"}, {"publicationID": 6, "datePublished": "2026-01-10T09:00:00"}]'
    assert [name for name, _ in ofac.parse_history(history)] == ["6", "7"]
    for broken in (b"<sanctionsData/>", b"<other/>", b"<cut"):
        with pytest.raises(MalformedList):
            ofac.parse_delta(broken)


UN = """<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL>
<FIRST_NAME>ERNEST</FIRST_NAME><SECOND_NAME>BADU</SECOND_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>CDi.901</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>“Chief”</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Ernesto Badu</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><YEAR>1971</YEAR></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><FIRST_NAME>THE MOUNTAIN ARMY</FIRST_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>
<REFERENCE_NUMBER>QDe.901</REFERENCE_NUMBER><LISTED_ON>2014-06-30</LISTED_ON></ENTITY>
<ENTITY><FIRST_NAME>NAMELESS</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""


def test_un_entries_carry_their_day_of_listing():
    parsed = un.parse({"consolidated": UN.encode()})
    person, group = parsed.entries
    assert (person.name, person.listed_date, person.target) == ("ERNEST BADU", date(2012, 12, 31), "COD")
    assert person.aliases == ("Ernesto Badu",) and person.weak_aliases == ("Chief",)
    assert person.birth_dates == ("1971",) and person.measures == ("asset_freeze", "travel_ban")
    assert group.target is None  # a group of no state
    assert [fault.reason for fault in parsed.faults] == ["no_name_or_reference"]


FSF = """<?xml version="1.0"?><export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-05T16:47:04+02:00">
<sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.901.1" logicalId="9">
<remark>A remark</remark>
<regulation regulationType="amendment" publicationDate="2022-02-25" numberTitle="2022/332 (OJ L53)" programme="UKR"/>
<subjectType code="person" classificationCode="P"/>
<nameAlias wholeName="Vlad Vladimirovitj PETRENKOV" nameLanguage="SV" strong="true"/>
<nameAlias wholeName="Vlad Vladimirovich PETRENKOV" function="Minister" nameLanguage="EN" strong="true"/>
<nameAlias wholeName="Vladik" nameLanguage="" strong="false"/>
<citizenship countryIso2Code="RU"/><birthdate birthdate="1952-10-07" year="1952"/></sanctionEntity>
<sanctionEntity logicalId="10" designationDate="2018-09-15"><subjectType code="enterprise"/><nameAlias wholeName="GLOBAL OIL LTD"/>
<regulation programme="IRN"/><address countryIso2Code="IR"/></sanctionEntity></export>"""
ACT = (
    "celex,recordId,programKey,annex,measure,startDate,reason,schema,name,alias,nationality,birthDate,address\n"
    "32014R0269,1,EU-UKR,I.PERSONS,Asset freeze,17.3.2014,Because.,Person,Sergei PETRENKOV / Serhiy PETRENKOV,"
    "Sergej PETRENKOW (Сергей ПЕТРЕНКОВ),Russian,26.11.1972,\n"
)


def test_eu_list_and_consolidated_acts_are_both_read():
    person, firm = eu.parse({"fsf": FSF.encode()}).entries
    assert person.name == "Vlad Vladimirovich PETRENKOV" and person.weak_aliases == ("Vladik",)
    assert (person.listed_date, person.target, person.title) == (date(2022, 2, 25), "RUS", "Minister")
    assert person.legal_basis == "2022/332 (OJ L53)"
    assert (firm.entry_id, firm.type, firm.listed_date) == ("10", "organisation", date(2018, 9, 15))
    (entry,) = eu.parse({"act": ACT.encode()}).entries
    assert entry.aliases == ("Serhiy PETRENKOV", "Sergej PETRENKOW", "Сергей ПЕТРЕНКОВ")
    assert (entry.listed_date, entry.birth_dates, entry.countries) == (
        date(2014, 3, 17),
        ("1972-11-26",),
        ("RUS",),
    )


UK_XML = """<Designations><DateGenerated>21/09/2026</DateGenerated><Designation><UniqueID>RUS9001</UniqueID>
<DateDesignated>25/02/2022</DateDesignated><RegimeName>The Russia (Sanctions) (EU Exit) Regulations 2019</RegimeName>
<IndividualEntityShip>Individual</IndividualEntityShip><SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
<Names><Name><Name1>Vlad</Name1><Name2>Ivanovich</Name2><Name6>PETRENKOV</Name6><NameType>Primary name</NameType></Name>
<Name><Name6>Vladik</Name6><NameType>ALias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name></Names>
<IndividualDetails><Individual><DOBs><DOB>dd/mm/1950</DOB></DOBs><Nationalities><Nationality>Russia</Nationality></Nationalities></Individual></IndividualDetails>
</Designation></Designations>"""
UK_CSV = (
    "Report Date: 21-Sep-2026\n"
    "Last Updated,Unique ID,Name 6,Name 1,Name 2,Name type,Alias strength,Regime Name,Designation Type,Sanctions Imposed,"
    "Date Designated,D.O.B,Nationality(/ies)\n"
    "01/09/2026,RUS9001,PETRENKOV,Vlad,Ivanovich,Primary Name,,The Russia (Sanctions) (EU Exit) Regulations 2019,Individual,"
    "Asset freeze|Travel Ban,25/02/2022,dd/mm/1950,Russia\n"
    "01/09/2026,RUS9001,Vladik,,,Alias,Low quality a.k.a,The Russia (Sanctions) (EU Exit) Regulations 2019,Individual,"
    "Asset freeze|Travel Ban,25/02/2022,dd/mm/1950,Russia\n"
)


@pytest.mark.parametrize("text", [UK_XML, UK_CSV])
def test_the_uk_list_says_the_same_as_xml_and_as_csv(text):
    parsed = uk.parse({"list": text.encode()})
    (entry,) = parsed.entries
    assert (entry.entry_id, entry.name, entry.type) == ("RUS9001", "Vlad Ivanovich PETRENKOV", "person")
    assert entry.weak_aliases == ("Vladik",) and entry.aliases == ()
    assert entry.measures == ("asset_freeze", "travel_ban") and entry.target == "RUS"
    assert (entry.listed_date, entry.birth_dates) == (date(2022, 2, 25), ("1950",))
    assert parsed.published_at.date() == date(2026, 9, 21)


@pytest.mark.parametrize(
    "text, expected",
    [("27 Jun 1987", "1987-06-27"), ("26.11.1972", "1972-11-26"), ("4 October 1983", "1983-10-04"), ("Aug 1964", "1964-08"),
     ("circa 1936", "1936"), ("2012-12-31", "2012-12-31"), ("31 Feb 1980", "1980-02"), ("", None), ("unknown", None)],
)  # fmt: skip
def test_dates_are_as_fine_as_they_are_given(text, expected):
    assert partial_date(text) == expected
    assert day(text) == (date.fromisoformat(expected) if expected and len(expected) == 10 else None)


def test_countries_are_found_under_the_names_that_lists_use():
    names = (
        "Russian",
        "Korea, North",
        "Iran (Islamic Republic of)",
        "The Gambia",
        "Burma",
        "Türkiye",
        "IR",
        "nowhere",
    )
    assert [country(name) for name in names] == ["RUS", "PRK", "IRN", "GMB", "MMR", "TUR", "IRN", None]


@shared
def test_the_real_lists_are_read_whole():
    files = {path.stem: path.read_bytes() for path in (SHARED / "ofac").glob("*.csv")}
    parsed = ofac.parse(files)
    assert (len(parsed.entries), parsed.faults) == (7821, [])
    assert sum(bool(entry.target) for entry in parsed.entries) > 0.9 * 7821
    parsed = un.parse({"consolidated": (SHARED / "un" / "UN_consolidated.xml").read_bytes()})
    assert (len(parsed.entries), parsed.faults) == (1003, [])
    assert all(entry.listed_date for entry in parsed.entries)
    parsed = eu.parse({path.stem: path.read_bytes() for path in (SHARED / "eu").glob("*.csv")})
    assert (len(parsed.entries), parsed.faults) == (2840, [])
