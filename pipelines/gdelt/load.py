"""Export files into mentions, a day at a time, in DuckDB: no row passes through Python.

What becomes of every row is counted, file by file. Malformed rows go to quarantine with their line numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import tables
from pipelines.coding.reference import read_csv
from pipelines.errors import InputError
from pipelines.gdelt.files import ExportFile
from pipelines.settings import REFERENCE

VERSION = "gdelt-1"
HERE = Path(__file__).parent
QUARANTINE_ROWS = 1000

_ACTOR = ("code", "name", "country", "group", "ethnic", "religion1", "religion2", "type1", "type2", "type3")
_GEO = ("type", "name", "country", "adm1", "adm2", "lat", "long", "feature")


def columns(version: str) -> dict[str, str]:
    """The columns of an export file and their DuckDB types: 61 of 2.0, 58 of 1.0, 57 before April 2013 (no address)."""
    geo = [part for part in _GEO if part != "adm2" or version == "2.0"]
    typed = {"id": "BIGINT", "day": "INTEGER", "month": "INTEGER", "year": "INTEGER", "fraction": "DOUBLE"}
    for actor in ("a1", "a2"):
        typed |= {f"{actor}_{part}": "VARCHAR" for part in _ACTOR}
    typed |= {
        "is_root": "INTEGER",
        "event": "VARCHAR",
        "base": "VARCHAR",
        "root": "VARCHAR",
        "quad": "INTEGER",
    }
    typed |= {
        "goldstein": "DOUBLE",
        "mentions": "INTEGER",
        "sources": "INTEGER",
        "articles": "INTEGER",
        "tone": "DOUBLE",
    }
    for place in ("a1", "a2", "act"):
        typed |= {f"{place}_geo_{part}": "DOUBLE" if part in ("lat", "long") else "VARCHAR" for part in geo}
    typed |= {"added": "BIGINT"}
    return typed if version == "1.0-early" else typed | {"url": "VARCHAR"}


def version_of(path: Path) -> str:
    """Which format a file is in, by the width of its first lines; raises InputError where it is neither."""
    widths = {len(columns(version)): version for version in ("2.0", "1.0", "1.0-early")}
    with open(path, "rb") as file:
        lines = [line for line in file.read(200_000).splitlines()[:20] if line.strip()]
    seen = [line.count(b"\t") + 1 for line in lines]
    for width, version in widths.items():
        if width in seen:
            return version
    raise InputError(
        f"{path.name} is no GDELT export file: its lines have {seen[0] if seen else 0} columns, not 61 (2.0) or 58 (1.0)"
    )


def read_sql(paths: Sequence[Path], version: str, wanted: str = "*") -> str:
    """The SQL that reads export files of one format; faults of rows go to the table `reject`."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns(version).items())
    return (
        f"select {wanted} from read_csv([{names}], delim = '\t', header = false, quote = '', escape = '', "
        f"auto_detect = false, filename = true, columns = {{{typed}}}, "
        "store_rejects = true, rejects_table = 'reject', rejects_scan = 'scan', rejects_limit = 0)"
    )


@dataclass(frozen=True)
class Loaded:
    """A day's tables for the lake: gdelt_mentions, gdelt_files and quarantine, in their schemas."""

    mentions: pa.Table
    files: pa.Table
    quarantine: pa.Table


def load_day(batch: str, files: Sequence[tuple[ExportFile, Path]], threads: int | None = None) -> Loaded:
    """The mentions of a day's files (each with where it lies unpacked), and what became of its rows."""
    with duckdb.connect(config={"threads": threads} if threads else {}) as connection:
        connection.execute("set preserve_insertion_order = false")
        _register_maps(connection)
        versions: dict[str, list[Path]] = {}
        for _, path in files:
            versions.setdefault(version_of(path), []).append(path)
        rejects = []
        for number, (version, paths) in enumerate(sorted(versions.items())):
            url = "url" if version != "1.0-early" else "null::varchar as url"
            wanted = (
                "id, day, a1_code, a1_country, a1_group, a1_type1, a2_code, a2_country, a2_group, a2_type1, is_root, event, "
                f"goldstein, mentions, articles, tone, added, {url}, filename, '{version[:3]}' as version"
            )
            connection.execute(
                ("create table row as " if number == 0 else "insert into row ")
                + _PLACED.format(rows=read_sql(paths, version, wanted))
            )
            rejects += connection.execute(
                "select s.file_path, r.line, r.error_type, r.column_name, r.csv_line from reject as r "
                "join scan as s using (scan_id, file_id) order by 1, 2"
            ).fetchall()
            connection.execute("drop table reject; drop table scan")
        connection.execute(_FOLDED)
        mentions = connection.execute(_MENTIONS, [batch]).to_arrow_table().cast(tables.GDELT_MENTIONS.schema)
        counted = {row[0]: row[1:] for row in connection.execute(_COUNTS).fetchall()}
    return Loaded(
        mentions, _file_rows(batch, files, counted, rejects), _quarantine_rows(batch, files, rejects)
    )


# A row with its sides and its type in our codes, and what keeps it from being a mention.
_PLACED = """
with raw as ({rows}),
told as (
    select
        raw.* exclude (day, added), c1.acts_as as c1_as, c2.acts_as as c2_as,
        coalesce(c1.acts_as, g1.acts_as) as source, coalesce(c2.acts_as, g2.acts_as) as target,
        act.type, act.mode, act.goldstein as our_goldstein,
        try_strptime(day::varchar, '%Y%m%d')::date as event_date,
        try_strptime(left(added::varchar, 8), '%Y%m%d')::date as added_date
    from raw
    left join country as c1 on c1.code = a1_country
    left join country as c2 on c2.code = a2_country
    left join actor_group as g1 on g1.code = a1_group
    left join actor_group as g2 on g2.code = a2_group
    left join act on act.code = event
)
select
    * exclude (c1_as, c2_as, a1_country, a1_group, a2_country, a2_group, our_goldstein),
    sign(goldstein) * sign(our_goldstein) < 0 as is_wrong_sign,
    case
        when source is null or target is null then 'missing_actor'
        when source = target then 'self_pair'
        when event_date is null or added_date is null or event_date > added_date + 1
            or event_date < added_date - interval 100 years then 'bad_date'
        when type is null then 'no_type'
    end as fault,
    -- One who hosts a visit (043) is visited: the same act as the visit (042), seen from the other side.
    case when event = '043' then target else source end as visitor,
    case when event = '043' then source else target end as visited,
    case when event = '043' then '042' else event end as act_code
from told
"""

# Rows of one article, pair, code and day are one act: repeated for each place or role, or coded in both directions.
_FOLDED = """
create table folded as
select
    least(visitor, visited) as one, greatest(visitor, visited) as other, act_code, event_date,
    coalesce(url, concat_ws('|', a1_code, a2_code)) as article,
    min(id) as gdelt_id,
    arg_min({'source': source, 'target': target, 'event': event, 'type': type, 'mode': mode, 'goldstein': goldstein,
        'source_role': a1_type1, 'target_role': a2_type1}, (event <> act_code, id)) as told,
    min(visitor) <> max(visitor) as is_reciprocal,
    count(*)::integer as row_count,
    coalesce(max(is_root) = 1, false) as is_root,
    max(mentions)::integer as mention_count, max(articles)::integer as article_count,
    round(avg(tone), 4) as tone,
    any_value(url) as url, min(added_date) as added_date, min(filename) as filename,
    -- What folding took away, by why: seen from the other side, or the same row again.
    count(distinct (source, target, event)) - 1 as both_directions
from row
where fault is null
group by all
"""

_MENTIONS = """
select
    ? as batch, gdelt_id,
    case when is_reciprocal then one else told.source end as source,
    case when is_reciprocal then other else told.target end as target,
    told.source_role, told.target_role, told.type, told.mode, told.event as cameo, told.goldstein,
    event_date, added_date, is_reciprocal, row_count, is_root, mention_count, article_count, tone, url,
    nullif(regexp_extract(url, '^[a-z]+://(?:www\\.)?([^/:?#]+)', 1), '') as outlet
from folded
order by gdelt_id
"""

_COUNTS = """
select
    row.filename, any_value(version), count(*),
    count(*) filter (fault = 'missing_actor'), count(*) filter (fault = 'self_pair'), count(*) filter (fault = 'bad_date'),
    count(*) filter (fault = 'no_type'),
    coalesce(any_value(taken.rows - taken.mentions - taken.both_directions), 0), coalesce(any_value(taken.both_directions), 0),
    count(*) filter (is_wrong_sign), coalesce(any_value(taken.mentions), 0)
from row
left join (
    select filename, count(*) as mentions, sum(row_count) as rows, sum(both_directions) as both_directions
    from folded group by filename
) as taken on taken.filename = row.filename
group by row.filename
"""


@cache
def _maps() -> dict[str, pa.Table]:
    """Our codes for GDELT's: countries (ISO but for exceptions), groups, and CAMEO codes with type and mode."""
    countries = {row["alpha3"]: row["alpha3"] for row in read_csv(REFERENCE / "countries.csv", ("alpha3",))}
    countries |= {
        row["code"]: row["acts_as"] or None
        for row in read_csv(HERE / "countries.csv", ("code", "acts_as"), key="code")
    }
    groups = {
        row["code"]: row["acts_as"] for row in read_csv(HERE / "groups.csv", ("code", "acts_as"), key="code")
    }
    modes = {row["code"]: row for row in read_csv(HERE / "modes.csv", ("code", "type", "mode"), key="code")}
    acts = []
    for row in read_csv(REFERENCE / "cameo.csv", ("code", "goldstein", "type"), key="code"):
        # A finer code has the mode of the one above it where it has none of its own.
        said = next((modes[row["code"][:n]] for n in (4, 3, 2) if row["code"][:n] in modes), None)
        type_ = (said["type"] if said else "") or row["type"].split("/")[0]
        acts.append(
            {
                "code": row["code"],
                "type": type_ or None,
                "mode": said["mode"] or None if said and type_ else None,
                "goldstein": row.number_of("goldstein"),
            }
        )
    return {
        "country": pa.Table.from_pylist(
            [{"code": code, "acts_as": acts_as} for code, acts_as in sorted(countries.items())]
        ),
        "actor_group": pa.Table.from_pylist(
            [{"code": code, "acts_as": acts_as} for code, acts_as in sorted(groups.items())]
        ),
        "act": pa.Table.from_pylist(acts),
    }


def _register_maps(connection: duckdb.DuckDBPyConnection) -> None:
    for name, table in _maps().items():
        connection.register(name, table)


def maps_digest() -> str:
    """Hash of the tables that decide what a row becomes."""
    digest = hashlib.sha256(VERSION.encode())
    for path in (
        HERE / "countries.csv",
        HERE / "groups.csv",
        HERE / "modes.csv",
        REFERENCE / "cameo.csv",
        REFERENCE / "countries.csv",
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _file_rows(batch: str, files, counted: dict, rejects: list) -> pa.Table:
    rows = []
    for file, path in files:
        version, read, missing, self_pairs, dates, types, duplicates, both, signs, mentions = counted.get(
            str(path), ("", *[0] * 9)
        )
        rows.append(
            {
                "batch": batch,
                "file": file.name,
                "url": file.url,
                "byte_count": (file.path or path).stat().st_size if file.size is None else file.size,
                "md5": file.md5,
                "version": version or version_of(path)[:3],
                "row_count": read,
                "malformed_count": len({line for name, line, *_ in rejects if name == str(path)}),
                "missing_actor_count": missing,
                "self_pair_count": self_pairs,
                "bad_date_count": dates,
                "no_type_count": types,
                "duplicate_count": duplicates,
                "both_directions_count": both,
                "wrong_sign_count": signs,
                "mention_count": mentions,
            }
        )
    return tables.GDELT_FILES.from_rows(rows)


def _quarantine_rows(batch: str, files, rejects: list) -> pa.Table:
    names = {str(path): file.name for file, path in files}
    rows, seen = [], set()
    for path, line, kind, column, text in rejects:
        if (path, line) in seen or len(rows) >= QUARANTINE_ROWS:
            continue
        seen.add((path, line))
        reason = f"gdelt_{kind.lower().replace(' ', '_')}"
        rows.append(
            {
                "batch": batch,
                "quarantine_id": hashlib.sha256(f"{names[path]}|{line}|{reason}".encode()).hexdigest(),
                "origin": "gdelt",
                "feed_id": "gdelt",
                "position": line,
                "reason": reason,
                "evidence": f"{names[path]}, line {line}{f', column {column}' if column else ''}: {(text or '')[:200]}",
            }
        )
    return tables.QUARANTINE.from_rows(rows)
