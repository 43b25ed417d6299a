"""Alarms are told to a file and a webhook: once, and later where the receiver failed."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from dagster import DefaultSensorStatus, build_sensor_context

from pipelines import alerts, settings
from pipelines.errors import InputError
from pipelines.resources import Home
from pipelines.sensors import alert_sensor


@pytest.fixture
def receiver():
    """A local web server: `status` is what it answers, `heard` what it was sent."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.heard.append(json.loads(body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.status = [], 200
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def tick(home, cursor=None):
    return alert_sensor.evaluate_tick(
        build_sensor_context(cursor=cursor, resources={"home": Home(home=str(home))})
    )


def test_an_alarm_is_told_once_and_a_failing_webhook_loses_none(sample, receiver, tmp_path, monkeypatch):
    home, _ = sample
    file = tmp_path / "told" / "alerts.jsonl"
    monkeypatch.setenv("DEMARCHE_ALERT_FILE", str(file))
    monkeypatch.setenv("DEMARCHE_ALERT_WEBHOOK", f"http://127.0.0.1:{receiver.server_port}/hook")
    monkeypatch.setattr(alerts, "BATCH", 1)
    wanted = [alerts.identity(alarm) for alarm in alerts.alarms(home / "demarche.duckdb")]
    assert wanted, "the sample has alarms"

    receiver.status = 503
    failed = tick(home)
    assert "503" in failed.skip_message and f"{len(wanted)} alarms wait" in failed.skip_message
    in_file = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [each["id"] for each in in_file] == wanted  # the webhook does not hold up the file

    receiver.status = 200
    receiver.heard.clear()
    done = tick(home, failed.cursor)
    assert [each["id"] for call in receiver.heard for each in call["alerts"]] == wanted
    tick(home, done.cursor)
    assert len(receiver.heard) == len(wanted)
    assert len(file.read_text("utf-8").splitlines()) == len(wanted)

    told = receiver.heard[0]["alerts"][0]
    assert len(told["pair"]) == 2 and told["z"] >= 3 and told["date"] in told["text"]
    assert told["acts"] and all(act["type"] and act["sentences"] for act in told["acts"])


def test_without_a_receiver_the_sensor_runs_and_says_what_to_set(tmp_path):
    assert alert_sensor.default_status == DefaultSensorStatus.RUNNING
    assert "DEMARCHE_ALERT_FILE" in tick(tmp_path).skip_message


def test_a_webhook_that_is_no_web_address_is_refused(monkeypatch):
    monkeypatch.setenv("DEMARCHE_ALERT_WEBHOOK", "ftp://example.org")
    with pytest.raises(InputError, match="DEMARCHE_ALERT_WEBHOOK"):
        settings.load()
