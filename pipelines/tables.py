"""The lake's tables: name, columns, types, a sentence for each column.

The single source of the Parquet schemas and of their descriptions. Arrow types; timestamps are UTC in
microseconds, offsets count characters (code points) in the field's text.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT = pa.string()
INTEGER = pa.int32()
BIG = pa.int64()
REAL = pa.float64()
FLAG = pa.bool_()
DAY = pa.date32()
MOMENT = pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())


@dataclass(frozen=True)
class Table:
    """One table of the lake: what a row is, and its columns as (name, type, description)."""

    name: str
    row: str
    columns: tuple[tuple[str, pa.DataType, str], ...]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, kind) for name, kind, _ in self.columns])

    def from_rows(self, rows: list[dict]) -> pa.Table:
        """An Arrow table of this schema; a missing key is null, an unknown key raises."""
        known = {name for name, _, _ in self.columns}
        for row in rows:
            if unknown := row.keys() - known:
                raise ValueError(f"table {self.name} has no column {sorted(unknown)[0]!r}")
        return pa.Table.from_pylist(rows, schema=self.schema)


BATCH = ("batch", TEXT, "The batch that this row was made in, the unit of rebuilding.")
CODING = (
    "coding_id",
    TEXT,
    "What was coded: hash of the content and of the day that relative dates are resolved against.",
)

FETCHES = Table(
    "fetches",
    "one attempt at one feed, or one load of an archive",
    (
        BATCH,
        ("fetch_id", TEXT, "Hash of feed and time of the attempt."),
        ("feed_id", TEXT, "The feed that was asked, or the archive's name."),
        ("origin", TEXT, "Kind of input: news, archive, gdelt, list."),
        ("url", TEXT, "The address that was asked."),
        ("final_url", TEXT, "The address that answered, after redirects."),
        ("fetched_at", MOMENT, "When the attempt began."),
        ("duration_ms", INTEGER, "How long the attempt took, in milliseconds."),
        ("outcome", TEXT, "ok, unchanged, retry, or error:<class>."),
        ("http_status", INTEGER, "The last status that a server answered; null without an answer."),
        ("byte_count", BIG, "Bytes of the body as received, after decompression."),
        ("item_count", INTEGER, "Items in the document; null where there is no new document."),
        ("document_id", TEXT, "SHA-256 of the document's bytes; null where nothing new was kept."),
        ("retry_after_s", INTEGER, "Seconds that the server asked us to wait; null where it did not."),
        ("error", TEXT, "What went wrong, in words; null where nothing did."),
    ),
)

ITEMS = Table(
    "items",
    "one item as one document delivered it",
    (
        BATCH,
        ("item_id", TEXT, "Hash of the delivery (fetch_id) and the position."),
        ("origin", TEXT, "Kind of input: news or archive."),
        ("document_id", TEXT, "SHA-256 of the document that held the item."),
        ("position", INTEGER, "Place of the item in its document, from 0."),
        ("feed_id", TEXT, "The feed, or the archive's name."),
        ("outlet", TEXT, "Who published it."),
        ("guid", TEXT, "The item's own identifier; null where it has none."),
        ("is_guid_unique", FLAG, "Whether no other item of the document has the same guid."),
        ("url", TEXT, "Canonical address, without tracking parameters; null where the item has none."),
        ("title", TEXT, "Plain text, NFC; may be empty."),
        ("summary", TEXT, "Plain text, NFC; may be empty."),
        ("body", TEXT, "Full text where it was fetched or delivered; else empty."),
        ("body_flag", TEXT, "Why there is no full text where one was wanted; null otherwise."),
        (
            "text_flag",
            TEXT,
            "What had to be done (charset, detected, replacement, mojibake, cut, address); null where nothing.",
        ),
        ("lang", TEXT, "ISO 639-1 language of the text; null where unknown."),
        ("lang_basis", TEXT, "Who says so: item, feed, or detected."),
        ("published_at", MOMENT, "When the outlet says it was published; null where it cannot be believed."),
        (
            "published_flag",
            TEXT,
            "Why published_at is null: missing, future, epoch, unparsed, zone_unknown; null where fine.",
        ),
        ("updated_at", MOMENT, "When the outlet says it was last changed; null where it does not."),
        ("fetched_at", MOMENT, "When the document was fetched."),
        ("content_hash", TEXT, "Hash of title, summary and body: a revision differs in it."),
        CODING,
    ),
)

QUARANTINE = Table(
    "quarantine",
    "one item or document set aside, with the reason",
    (
        BATCH,
        ("quarantine_id", TEXT, "Hash of the delivery (fetch_id), the position and the reason."),
        ("origin", TEXT, "Kind of input."),
        ("feed_id", TEXT, "The feed, or the archive's name."),
        ("document_id", TEXT, "The document it came from; null where there is none."),
        (
            "position",
            INTEGER,
            "Place in the document (item or line number), from 0; null for a whole document.",
        ),
        ("fetched_at", MOMENT, "When the document was fetched."),
        ("reason", TEXT, "Why it was set aside, as a short code."),
        ("evidence", TEXT, "What was seen: the error, or the beginning of the offending text."),
    ),
)

CODINGS = Table(
    "codings",
    "one content that the coder looked at, whether or not it holds an act",
    (
        BATCH,
        CODING,
        ("outcome", TEXT, "coded, or skipped:<reason> (language, empty, too_long, error)."),
        ("reference_date", DAY, "The day that relative dates were resolved against."),
        ("reference_basis", TEXT, "publication or fetch."),
        ("sentence_count", INTEGER, "Sentences in title, summary and body."),
        ("coder_version", TEXT, "The coder's version."),
        ("note", TEXT, "What a person should know: the language, the error; null otherwise."),
    ),
)

ENTITIES = Table(
    "entities",
    "one named person, organisation, state or place of one content",
    (
        BATCH,
        CODING,
        ("ordinal", INTEGER, "Place among the content's entities, from 0."),
        ("name", TEXT, "The fullest name in the article."),
        ("actor_id", TEXT, "The actor in dim_actor, where known; else null."),
        ("type", TEXT, "person, organisation, state, igo, place."),
        ("country", TEXT, "ISO 3166-1 alpha-3, or null."),
        ("role", TEXT, "The office, as the article or the dated list of offices gives it; else null."),
        ("field", TEXT, "Where it stands first: title, summary or body."),
        ("start_char", INTEGER, "Where the name begins in the field."),
        ("end_char", INTEGER, "Where the name ends in the field."),
    ),
)

EVENTS = Table(
    "events",
    "one act as one content tells it",
    (
        BATCH,
        CODING,
        ("event_ordinal", INTEGER, "Place among the content's acts, from 0."),
        ("source", TEXT, "Who did it: ISO 3166-1 alpha-3, or an organisation's code."),
        ("target", TEXT, "To whom."),
        ("type", TEXT, "PLOVER type."),
        ("mode", TEXT, "PLOVER mode, or null."),
        ("cameo", TEXT, "The most specific CAMEO code that fits."),
        ("status", TEXT, "actual, planned, hypothetical or denied."),
        ("event_date", DAY, "The day of the act; null where the text gives nothing finer than a month."),
        ("date_precision", TEXT, "day, month, year or none."),
        ("date_basis", TEXT, "stated, relative, publication or fetch; null where there is no date."),
        ("count", INTEGER, "How many of what was hit; null where not said."),
        ("unit", TEXT, "What was counted, plural."),
        ("is_reciprocal", FLAG, "Both sides do the same thing at once."),
        ("response_source", TEXT, "Source of the act that the text says this one answers; null otherwise."),
        ("response_target", TEXT, "Target of that act."),
        ("response_type", TEXT, "Type of that act."),
        (
            "response_ordinal",
            INTEGER,
            "That act among the same content's acts; null where it is not coded there.",
        ),
        ("confidence", REAL, "Probability that this act is right, in [0, 1]."),
        ("coder_version", TEXT, "The coder's version."),
    ),
)

EVIDENCE = Table(
    "evidence",
    "one place in a text that says an act",
    (
        BATCH,
        CODING,
        ("event_ordinal", INTEGER, "The act."),
        ("evidence_ordinal", INTEGER, "Place among the act's evidence, from 0."),
        ("field", TEXT, "title, summary or body."),
        ("sentence", TEXT, "The sentence, as written."),
        ("trigger", TEXT, "The words that say the act, as written."),
        ("start_char", INTEGER, "Where the trigger begins in the field."),
        ("end_char", INTEGER, "Where the trigger ends in the field."),
    ),
)

SANCTIONS = Table(
    "sanctions",
    "one sanctions record of one content",
    (
        BATCH,
        CODING,
        ("event_ordinal", INTEGER, "The act that it details."),
        ("sender", TEXT, "Who sanctions."),
        ("target", TEXT, "Who is sanctioned."),
        ("action", TEXT, "impose, extend, renew, ease, lift or threaten."),
        ("measures", TEXTS, "Kinds of measure, after dim_measure."),
        ("designees", TEXTS, "Named persons, bodies, ships or firms put on or taken off a list."),
        ("count", INTEGER, "How many were hit; null where not said."),
        ("unit", TEXT, "What was counted, plural."),
        ("instrument", TEXT, "Executive order, resolution, regulation or law, as named; else null."),
        ("reason", TEXT, "Why, only as the text states it; else null."),
        ("status", TEXT, "actual, planned, hypothetical or denied."),
        ("announced_date", DAY, "The day of the announcement."),
        ("effective_date", DAY, "The day from which it holds, where the text gives one; else null."),
    ),
)

LIST_SNAPSHOTS = Table(
    "list_snapshots",
    "one day's download of one official list, taken or refused",
    (
        BATCH,
        ("snapshot_id", TEXT, "Hash of the list and of its documents."),
        ("source", TEXT, "The list: ofac, un, eu, uk."),
        ("fetched_at", MOMENT, "When it was downloaded, or when the copy says that it was."),
        ("outcome", TEXT, "baseline (the first one), compared (with the last good one), or refused."),
        ("reason", TEXT, "Why it was refused, or what its assertions warn of; null where nothing."),
        ("entry_count", INTEGER, "Entries read."),
        ("added_count", INTEGER, "Entries that the last good snapshot did not hold."),
        ("amended_count", INTEGER, "Entries that say something else than in the last good snapshot."),
        ("removed_count", INTEGER, "Entries of the last good snapshot that are gone."),
        ("previous_at", MOMENT, "When the last good snapshot was downloaded; null for a baseline."),
        ("document_ids", TEXTS, "SHA-256 of each file that it was read from."),
    ),
)

LIST_ENTRIES = Table(
    "list_entries",
    "one entry of an official list as a snapshot says it, where it is new or differs from the one before",
    (
        BATCH,
        ("source", TEXT, "The list: ofac, un, eu, uk."),
        ("sender", TEXT, "Who sanctions: the state or organisation whose list it is."),
        ("entry_id", TEXT, "The publisher's own number or reference of the entry."),
        ("list", TEXT, "Which of the publisher's lists it stands on, as the publisher calls it."),
        ("name", TEXT, "The primary name, as written."),
        ("aliases", TEXTS, "Other names that the publisher holds for good."),
        (
            "weak_aliases",
            TEXTS,
            "Names that the publisher calls weak or low quality: never enough to link by.",
        ),
        ("type", TEXT, "person, organisation, ship or aircraft."),
        ("programmes", TEXTS, "Sanctions programmes or regimes, as the publisher codes them."),
        (
            "legal_basis",
            TEXT,
            "The acts that it rests on, as the publisher names them; null where it does not.",
        ),
        ("countries", TEXTS, "ISO 3166-1 alpha-3 of addresses, nationality and papers, in that order."),
        ("birth_dates", TEXTS, "Dates of birth as ISO 8601 (year, month or day); empty where unknown."),
        ("title", TEXT, "Office or position, as written; null where none is given."),
        ("remarks", TEXT, "What else the publisher says of it; null where nothing."),
        (
            "listed_date",
            DAY,
            "The day of listing as the publisher gives it; null where the list has no dates.",
        ),
        ("target", TEXT, "State that the listing is aimed at (programme, else country); null where none."),
        ("measures", TEXTS, "Kinds of measure, after dim_measure."),
        ("seen_at", MOMENT, "When the snapshot was downloaded that says so first."),
        ("document_id", TEXT, "SHA-256 of the document that holds it."),
    ),
)

LIST_CHANGES = Table(
    "list_changes",
    "one entry added to, amended on or removed from an official list",
    (
        BATCH,
        ("source", TEXT, "The list: ofac, un, eu, uk."),
        ("sender", TEXT, "Who sanctions."),
        ("entry_id", TEXT, "The publisher's own number or reference of the entry."),
        ("action", TEXT, "added, amended or removed."),
        ("basis", TEXT, "snapshot (two downloads differ) or delta (the publisher says so)."),
        (
            "change_date",
            DAY,
            "The day of the change: the publisher's, else the snapshot's that first shows it.",
        ),
        (
            "after_date",
            DAY,
            "The last day on which the change was not yet seen; null where the publisher dates it.",
        ),
        ("name", TEXT, "The entry's primary name."),
        ("type", TEXT, "person, organisation, ship or aircraft; null where unknown."),
        ("programmes", TEXTS, "The entry's programmes."),
        ("target", TEXT, "State that the listing is aimed at; null where none."),
        ("fields", TEXTS, "What an amendment changed: the names of the columns of list_entries."),
        ("before", TEXT, "The changed columns before, as JSON; null where added."),
        ("after", TEXT, "The changed columns after, as JSON; null where removed."),
        ("document_id", TEXT, "SHA-256 of the document that shows it."),
    ),
)

LIST_LINKS = Table(
    "list_links",
    "one designee of a sanctions report, with the entry that it is held to be, or why there is none",
    (
        BATCH,
        CODING,
        ("event_ordinal", INTEGER, "The act, as in sanctions."),
        ("designee", TEXT, "The name, as the report gives it."),
        (
            "basis",
            TEXT,
            "name (the report says that it is hit), or mentioned (it stands in the report and was listed then).",
        ),
        ("source", TEXT, "The list of the entry; null where there is no link."),
        ("entry_id", TEXT, "The entry; null where there is no link."),
        ("matched_name", TEXT, "The entry's name or alias that matched best; null where nothing came near."),
        ("name_score", REAL, "Likeness of the two names in [0, 1]; null where nothing came near."),
        (
            "score",
            REAL,
            "Likeness with type, country and time weighed in, in [0, 1]; null where nothing came near.",
        ),
        ("outcome", TEXT, "linked, ambiguous (several entries fit as well), weak, or none."),
        ("evidence", TEXT, "What speaks for and against it, in words."),
    ),
)

GDELT_FILES = Table(
    "gdelt_files",
    "one export file of GDELT, with what became of its rows",
    (
        BATCH,
        ("file", TEXT, "The file's name."),
        ("url", TEXT, "Where it came from; null for a local copy."),
        ("byte_count", BIG, "Bytes of the file as it was delivered."),
        ("md5", TEXT, "Its MD5, checked against the master list where there is one."),
        ("version", TEXT, "2.0 (61 columns) or 1.0 (58 columns)."),
        ("row_count", BIG, "Rows that could be read."),
        ("malformed_count", BIG, "Rows set aside; see quarantine for their line numbers."),
        ("missing_actor_count", BIG, "Rows without a state or organisation on one side."),
        ("self_pair_count", BIG, "Rows in which both sides are the same."),
        ("bad_date_count", BIG, "Rows dated after the file or more than a century before it."),
        (
            "no_type_count",
            BIG,
            "Rows whose CAMEO code is a mere statement or appeal with no type of ours, or unknown.",
        ),
        ("duplicate_count", BIG, "Rows that repeat another one of the same article, actors, code and day."),
        (
            "both_directions_count",
            BIG,
            "Rows folded into one because their article is coded in both directions.",
        ),
        ("wrong_sign_count", BIG, "Rows whose Goldstein value has the sign that its CAMEO code does not."),
        ("mention_count", BIG, "Rows that became mentions."),
    ),
)

GDELT_MENTIONS = Table(
    "gdelt_mentions",
    "one act between states as GDELT codes it from one article",
    (
        BATCH,
        ("gdelt_id", BIG, "GDELT's GLOBALEVENTID; the lowest where rows were folded into one."),
        ("source", TEXT, "Who did it: ISO 3166-1 alpha-3, or an organisation's code."),
        ("target", TEXT, "To whom."),
        (
            "source_role",
            TEXT,
            "GDELT's type of the source (GOV, MIL, BUS, …); null where it names the state itself.",
        ),
        ("target_role", TEXT, "GDELT's type of the target."),
        ("type", TEXT, "PLOVER type of the CAMEO code."),
        ("mode", TEXT, "Mode of the CAMEO code, or null."),
        ("cameo", TEXT, "CAMEO code, as GDELT gives it."),
        ("goldstein", REAL, "GDELT's Goldstein value, as given; indicators use our own table's."),
        ("event_date", DAY, "GDELT's day of the act."),
        ("added_date", DAY, "The day on which GDELT added it."),
        ("is_reciprocal", FLAG, "The article is coded in both directions."),
        ("row_count", INTEGER, "Rows of GDELT's that are folded into this one."),
        ("is_root", FLAG, "GDELT found it in the article's lead."),
        ("mention_count", INTEGER, "GDELT's NumMentions."),
        ("article_count", INTEGER, "GDELT's NumArticles."),
        ("tone", REAL, "GDELT's AvgTone."),
        ("url", TEXT, "The article; null in the 1.0 files of before April 2013."),
        ("outlet", TEXT, "Host of the address; null where there is none."),
    ),
)

LISTS = (LIST_SNAPSHOTS, LIST_ENTRIES, LIST_CHANGES, LIST_LINKS)
GDELT = (GDELT_FILES, GDELT_MENTIONS)
ALL = (FETCHES, ITEMS, QUARANTINE, CODINGS, ENTITIES, EVENTS, EVIDENCE, SANCTIONS, *LISTS, *GDELT)
CODED = (CODINGS, ENTITIES, EVENTS, EVIDENCE, SANCTIONS)
BY_NAME = {table.name: table for table in ALL}
