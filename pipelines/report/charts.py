"""Plots as SVG that a page holds itself: no script draws them, style sheets colour them (dark, light, paper). Pure.

Every function returns markup whose text is escaped. Marks carry `data-tip`, which report.js shows to whoever points at
them, and `data-go`, the act that a click opens.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from markupsafe import Markup

from pipelines.plural import plural
from pipelines.report.timescale import Timescale
from pipelines.report.words import month, short_day, signed

Y = Callable[[float], float]


def svg(width: int, height: int, label: str, parts: Iterable[str], kind: str = "") -> Markup:
    """A picture with a name for those who cannot see it."""
    head = f'<svg class="plot {kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(label)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")


def _tag(name: str, text: object = None, **attributes: object) -> str:
    given = "".join(f' {_KEYS[key]}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{given}/>" if text is None else f"<{name}{given}>{escape(str(text))}</{name}>"


class _Keys(dict):
    """Attribute names as SVG writes them."""

    def __missing__(self, key: str) -> str:
        self[key] = key.strip("_").replace("_", "-")
        return self[key]


_KEYS = _Keys()


def _value(value: object) -> object:
    if isinstance(value, (int, float)):
        return f"{value:.1f}".removesuffix(".0")
    return escape(str(value))


def linear(low: float, high: float, bottom: float, top: float) -> Y:
    """A scale from values to pixels."""
    span = (high - low) or 1.0
    return lambda value: bottom + (top - bottom) * (value - low) / span


def _axis_x(scale: Timescale, top: float, bottom: float) -> list[str]:
    """Ticks, folds and hatched bands of the time axis: drawn once for all plots that share it."""
    if (top, bottom) not in scale.drawn:
        scale.drawn[top, bottom] = "".join(_draw_axis(scale, top, bottom))
    return [scale.drawn[top, bottom]]


def _draw_axis(scale: Timescale, top: float, bottom: float) -> list[str]:
    parts = []
    for stretch in scale.stretches:
        if stretch.is_fold:
            tip = f"Nothing was read from {short_day(stretch.first)} to {short_day(stretch.last)}: {plural(stretch.days, 'day')}, folded"
            parts.append(
                _tag("rect", "", x=stretch.left, y=top, width=stretch.right - stretch.left, height=bottom - top,
                     class_="fold", data_tip=tip)
            )  # fmt: skip
            x, y = (stretch.left + stretch.right) / 2 + 4, (top + bottom) / 2
            parts.append(
                _tag("text", f"{plural(stretch.days, 'day')} unread", x=x, y=y, class_="label halo foldlabel",
                     transform=f"rotate(-90 {x:.1f} {y:.1f})")
            )  # fmt: skip
    for first, last in scale.unread:
        for left, right in scale.parts(first, last):
            if right - left >= 1.5:
                tip = f"Nothing was read from {short_day(first)} to {short_day(last)}"
                parts.append(
                    _tag(
                        "rect",
                        "",
                        x=left,
                        y=top,
                        width=right - left,
                        height=bottom - top,
                        class_="unread",
                        data_tip=tip,
                    )
                )
    for x, label in scale.ticks():
        parts.append(_tag("line", x1=x, x2=x, y1=bottom, y2=bottom + 4, class_="tick"))
        if x + 6 * len(label) <= scale.stretches[-1].right + 8:
            parts.append(_tag("text", label, x=x, y=bottom + 15, class_="label"))
    return parts


def _axis_y(
    y: Y, values: Iterable[float], left: float, right: float, form: Callable[[float], str]
) -> list[str]:
    parts = []
    for value in values:
        kind = "grid zero" if value == 0 else "grid"
        parts.append(_tag("line", x1=left, x2=right, y1=y(value), y2=y(value), class_=kind))
        if value == 0 or abs(y(value) - y(0)) > 9:
            parts.append(_tag("text", form(value), x=left - 5, y=y(value) + 3.5, class_="label end"))
    return parts


def act_plot(
    scale: Timescale,
    acts: Sequence[Mapping],
    links: Sequence[Mapping],
    up: str,
    down: str,
    width: int,
    label: str,
) -> Markup:
    """Acts on a time axis: what the first side did rises, what the second did hangs; arcs lead from act to answer.

    An act has day, severity, is_up, is_conflict, is_done, confidence, tip, event_id, and its name with its weight: the
    heaviest are named in the plot, where there is room. A link has from_id, to_id, days, basis.
    """
    height, middle, reach = 286, 132, 96
    left, right = scale.stretches[0].left, scale.stretches[-1].right
    top = max([math.sqrt(abs(act["severity"] or 0)) for act in acts], default=1) or 1

    def tall(severity: float) -> float:
        return 8 + (reach - 8) * math.sqrt(abs(severity or 0)) / top

    parts = _axis_x(scale, middle - reach - 8, middle + reach + 22)
    parts.append(_tag("line", x1=left, x2=right, y1=middle, y2=middle, class_="grid zero"))
    tips, where = {}, {}
    many = len(acts) > 150
    in_all = Counter((act["day"], act["is_up"]) for act in acts)
    stacked: Counter = Counter()
    for act in sorted(acts, key=lambda act: (act["day"], act["weight"], act["event_id"])):
        place = (act["day"], act["is_up"])
        # Acts of one day stand side by side, the heaviest at the right, where there is room for its name.
        x = scale.middle(act["day"]) + (stacked[place] - (in_all[place] - 1) / 2) * (2 if many else 5)
        stacked[place] += 1
        x = min(max(x, left + 2), right - 2)
        y = middle - tall(act["severity"]) if act["is_up"] else middle + tall(act["severity"])
        where[act["event_id"]] = (x, y)
        kind = ("conflict" if act["is_conflict"] else "cooperation") + ("" if act["is_done"] else " undone")
        kind += " unsure" if act["confidence"] < 0.5 else ""
        tips[act["event_id"]] = (
            f'<g class="{kind}" data-go="{escape(act["event_id"])}" data-tip="{escape(act["tip"])}">'
            + _tag("line", x1=x, x2=x, y1=float(middle), y2=y, class_="stem")
            + _tag("circle", cx=x, cy=y, r=2.2 if many else 4.2)
            + "</g>"
        )
    arcs, labels = [], []
    # In a war every strike seems to follow another: where acts are many, only what a report states is drawn.
    for link in links if not many else [link for link in links if link["basis"] == "stated"]:
        if link["from_id"] not in where or link["to_id"] not in where:
            continue
        (x1, y1), (x2, y2) = where[link["from_id"]], where[link["to_id"]]
        bend = (x1 + x2) / 2
        path = f"M{x1:.1f} {y1:.1f} C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        arcs.append(_tag("path", "", d=path, class_=f"arc {link['basis']}", data_tip=link["tip"]))
        spot = (bend, (y1 + y2) / 2)
        if (
            abs(x2 - x1) > 12
            and len(labels) < 9
            and all(abs(spot[0] - x) > 30 or abs(spot[1] - y) > 12 for x, y, _ in labels)
        ):
            labels.append((*spot, f"{link['days']} d"))
    parts += [*arcs, *tips.values()]
    parts += [_tag("text", text, x=x + 4, y=y + 3, class_="halo small") for x, y, text in labels]
    taken = [(x, y - 8, x + 24, y + 6) for x, y, _ in labels]
    parts += _names(acts, where, float(middle), (left, right), taken, most=8 if width > 500 else 4)
    parts.append(_tag("text", f"↑ {up}", x=left, y=14, class_="side"))
    parts.append(_tag("text", f"↓ {down}", x=left, y=float(height - 6), class_="side"))
    return svg(width, height, label, parts, "acts")


Box = tuple[float, float, float, float]  # left, top, right, bottom


def _names(
    acts: Sequence[Mapping],
    where: Mapping[str, tuple[float, float]],
    middle: float,
    sides: tuple[float, float],
    taken: Sequence[Box],
    most: int,
) -> list[str]:
    """Names at the ends of the heaviest stems: beyond the end or beside it, where nothing else stands."""

    def is_free(box: Box, own: str) -> bool:
        if box[0] < sides[0] or box[2] > sides[1]:
            return False
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            return False
        for event_id, (x, y) in where.items():
            high, low = min(y, middle) - 5, max(y, middle) + 5
            if event_id != own and box[0] - 4 < x < box[2] + 4 and box[1] < low and high < box[3]:
                return False
        return True

    taken, parts = list(taken), []
    for act in sorted(acts, key=lambda act: (-act["weight"], act["event_id"])):
        if len(parts) == most or not act["weight"]:
            break
        x, y = where[act["event_id"]]
        wide = 6.0 * len(act["name"])
        beyond = y - 8 if act["is_up"] else y + 16
        inside = min(max(x - wide / 2, sides[0]), sides[1] - wide)
        for at, base in ((inside, beyond), (x + 8, y + 4), (x - 8 - wide, y + 4)):
            box = (at, base - 9, at + wide, base + 3)
            if is_free(box, act["event_id"]):
                taken.append(box)
                parts.append(_tag("text", act["name"], x=at + wide / 2, y=base, class_="halo small mid"))
                break
    return parts


def step_plot(
    scale: Timescale,
    months: Sequence[Mapping],
    low: float,
    high: float,
    grid: Sequence[float],
    width: int,
    label: str,
    kind: str,
    height: int = 150,
    form: Callable[[float], str] = lambda value: f"{value:g}".replace("-", "−"),
) -> Markup:
    """A monthly value as steps with its band; a month has month, value, lo, hi and tip, and `until` where it stands
    for a run of months. A month that is not among them is a gap: nothing is drawn through it."""
    left, right, top, bottom = scale.stretches[0].left, scale.stretches[-1].right, 10.0, height - 22.0
    y = linear(low, high, bottom - 2, top + 2)

    def held(value: float) -> float:
        return y(min(max(value, low), high))

    parts = _axis_x(scale, top, bottom) + _axis_y(y, grid, left, right, form)
    line: list[str] = []
    end: tuple[float, float] | None = None
    for row in months:
        first = row["month"]
        for x1, x2 in scale.parts(first, month_end(row.get("until", first))):
            if row["lo"] is not None and row["hi"] is not None:
                parts.append(
                    _tag("rect", x=x1, y=held(row["hi"]), width=max(x2 - x1, 1.0),
                         height=max(held(row["lo"]) - held(row["hi"]), 1.0), class_="band")
                )  # fmt: skip
            value = held(row["value"])
            joined = end and abs(end[0] - x1) < 0.6
            line.append(f"{'L' if joined else 'M'}{x1:.1f} {value:.1f}H{x2:.1f}")
            end = (x2, value)
            parts.append(_feel(x1, x2, top, bottom, row["tip"]))
    parts.append(_tag("path", d="".join(line), class_="line"))
    return svg(width, height, label, parts, kind)


def _feel(x1: float, x2: float, top: float, bottom: float, tip: str) -> Markup:
    """The stretch of a plot that shows a tip where it is pointed at."""
    return _tag(
        "rect", "", x=x1, y=top, width=max(x2 - x1, 2.0), height=bottom - top, class_="feel", data_tip=tip
    )


def count_plot(
    scale: Timescale, months: Sequence[Mapping], width: int, label: str, height: int = 150
) -> Markup:
    """Acts of each month: cooperation rises, conflict hangs; deeds full, words light. A month has vc, mc, vx, mx, tip."""
    left, right, top, bottom = scale.stretches[0].left, scale.stretches[-1].right, 10.0, height - 22.0
    most_up = max((m["vc"] + m["mc"] for m in months), default=0)
    most_down = max((m["vx"] + m["mx"] for m in months), default=0)
    y = linear(-max(most_down, 1), max(most_up, 1), bottom, top)
    marks = sorted({-most_down, 0, most_up})
    parts = _axis_x(scale, top, bottom)
    for row in months:
        for x1, x2 in scale.parts(row["month"], month_end(row["month"])):
            wide = max(x2 - x1 - (1 if x2 - x1 > 4 else 0), 1.0)  # as long as the month
            at = (x1 + x2 - wide) / 2
            for kind, begin, end in (
                ("cooperation deed", 0, row["mc"]),
                ("cooperation word", row["mc"], row["mc"] + row["vc"]),
                ("conflict deed", 0, -row["mx"]),
                ("conflict word", -row["mx"], -row["mx"] - row["vx"]),
            ):
                if begin != end:
                    a, b = sorted((y(begin), y(end)))
                    parts.append(_tag("rect", x=at, y=a, width=wide, height=b - a, class_=kind))
            parts.append(_feel(x1, x2, top, bottom, row["tip"]))
    parts += _axis_y(y, marks, left, right, lambda value: str(abs(int(value))))
    return svg(width, height, label, parts, "counts")


def stock_plot(
    scale: Timescale, steps: Sequence[Mapping], up: str, down: str, width: int, label: str
) -> Markup:
    """A stock of two sides as steps: the first side's rises, the second's hangs. A step has first, last, up, down, tip."""
    height, top, bottom = 150, 22.0, 150 - 34.0
    left, right = scale.stretches[0].left, scale.stretches[-1].right
    most_up, most_down = (max(step[side] for step in steps) for side in ("up", "down"))
    y = linear(-most_down, most_up, bottom, top)
    parts = _axis_x(scale, top, bottom)
    for step in steps:
        for x1, x2 in scale.parts(step["first"], step["last"]):
            wide = max(x2 - x1, 1.0)
            for value in (step["up"], -step["down"]):
                if value:
                    a, b = sorted((y(value), y(0)))
                    parts.append(_tag("rect", x=x1, y=a, width=wide, height=b - a, class_="stock"))
                    parts.append(
                        _tag("line", x1=x1, x2=x1 + wide, y1=y(value), y2=y(value), class_="stockline")
                    )
            parts.append(_feel(x1, x2, top, bottom, step["tip"]))
    marks = sorted({-most_down, 0, most_up})
    parts += _axis_y(y, marks, left, right, lambda value: f"{abs(int(value)):,}")
    if most_up:
        parts.append(_tag("text", f"↑ {up}", x=left, y=14, class_="side"))
    if most_down:
        parts.append(_tag("text", f"↓ {down}", x=left, y=float(height - 3), class_="side"))
    return svg(width, height, label, parts, "stocks")


def small_level(
    scale: Timescale, months: Sequence[Mapping], label: str, width: int = 210, height: int = 58
) -> Markup:
    """A level in a small multiple: steps with band, the same axes in every cell."""
    top, bottom = 3.0, height - 3.0
    y = linear(-9.4, 9.4, bottom, top)
    left, right = scale.stretches[0].left, scale.stretches[-1].right
    parts = [
        _tag("rect", x=s.left, y=top, width=s.right - s.left, height=bottom - top, class_="fold")
        for s in scale.stretches
        if s.is_fold
    ]
    parts.append(_tag("line", x1=left, x2=right, y1=y(0), y2=y(0), class_="grid zero"))
    line, end = [], None
    for row in months:
        for x1, x2 in scale.parts(row["month"], month_end(row["until"])):
            parts.append(
                _tag(
                    "rect",
                    x=x1,
                    y=y(row["hi"]),
                    width=max(x2 - x1, 1.0),
                    height=max(y(row["lo"]) - y(row["hi"]), 1.0),
                    class_="band",
                )
            )
            joined = end is not None and abs(end - x1) < 0.6
            line.append(f"{'L' if joined else 'M'}{x1:.1f} {y(row['value']):.1f}H{x2:.1f}")
            end = x2
    parts.append(_tag("path", d="".join(line), class_="line"))
    return svg(width, height, label, parts, "level small-plot")


def interval_plot(rows: Sequence[Mapping], low: float, high: float, width: int, label: str) -> list[Markup]:
    """A dot with its interval for each row on one axis; a row has value, lo, hi and before (or None)."""
    y, x = 11.0, linear(low, high, 6.0, width - 6.0)
    found = []
    for row in rows:
        parts = (
            [_tag("line", x1=x(0), x2=x(0), y1=2.0, y2=20.0, class_="grid zero")] if low <= 0 <= high else []
        )
        kind = "conflict" if row["value"] < 0 else "cooperation"
        parts.append(
            _tag(
                "line",
                x1=x(max(row["lo"], low)),
                x2=x(min(row["hi"], high)),
                y1=y,
                y2=y,
                class_=f"whisker {kind}",
            )
        )
        if row.get("before") is not None:
            parts.append(_tag("circle", cx=x(row["before"]), cy=y, r=3.4, class_="before"))
        parts.append(_tag("circle", cx=x(row["value"]), cy=y, r=4.4, class_=kind))
        found.append(svg(width, 22, label.format(**row), parts, "interval"))
    return found


def share_plot(
    value: float | None, lo: float | None, hi: float | None, label: str, width: int = 130
) -> Markup:
    """A share from 0 to 1 as a dot with its limits."""
    x = linear(0, 1, 5.0, width - 5.0)
    parts = [_tag("line", x1=x(v), x2=x(v), y1=3.0, y2=19.0, class_="grid") for v in (0, 0.5, 1)]
    if value is not None:
        if lo is not None and hi is not None:
            parts.append(_tag("line", x1=x(lo), x2=x(hi), y1=11.0, y2=11.0, class_="whisker"))
        parts.append(_tag("circle", cx=x(value), cy=11.0, r=4.2, class_="dot"))
    return svg(width, 22, label, parts, "interval")


def bar(value: float, most: float, label: str, width: int = 130) -> Markup:
    """One bar."""
    size = max(1.0, (width - 2) * value / most) if most else 0.0
    return svg(
        width, 14, label, [_tag("rect", x=0, y=2, width=float(size), height=10, class_="barfill")], "bar"
    )


def coverage_plot(
    scale: Timescale, days: Sequence[Mapping], width: int, label: str, height: int = 110
) -> Markup:
    """Articles of each day; days on which nothing was read are hatched."""
    top, bottom = 10.0, height - 22.0
    left, right = scale.stretches[0].left, scale.stretches[-1].right
    most = max((d["coded_article_count"] for d in days), default=0) or 1
    y = linear(0, most, bottom, top)
    parts = _axis_x(scale, top, bottom)
    thin = sum(s.right - s.left for s in scale.stretches if not s.is_fold) / max(1, len(days))
    for row in days:
        if row["coded_article_count"]:
            x = scale.x(row["date"])
            tip = f"{short_day(row['date'])}: {plural(row['coded_article_count'], 'article')} of {plural(row['outlet_count'], 'outlet')}"
            parts.append(
                _tag("rect", "", x=x, y=y(row["coded_article_count"]), width=max(2.0, min(thin * 0.9, 14.0)),
                     height=bottom - y(row["coded_article_count"]), class_="barfill", data_tip=tip)
            )  # fmt: skip
    parts += _axis_y(y, (0, most), left, right, lambda value: f"{int(value):,}")
    return svg(width, height, label, parts, "coverage")


def month_end(first: date) -> date:
    """The last day of the month that begins on this day."""
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def level_tip(row: Mapping) -> str:
    """What a month's level says to whoever points at it."""
    if row["is_carried"]:
        span = month(row["month"]) + (f" to {month(row['until'])}" if row["until"] != row["month"] else "")
        return f"{span}: {signed(row['value'])}, unchanged (no acts)"
    return f"{month(row['month'])}: level {signed(row['value'])} (95 % {signed(row['lo'])} … {signed(row['hi'])}), {plural(row['n'], 'act')}"
