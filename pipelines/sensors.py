"""What Dagster watches: new alarms after a published copy."""

import json
from functools import partial

from dagster import DefaultSensorStatus, SensorEvaluationContext, SensorResult, SkipReason, sensor

from pipelines import alerts
from pipelines.resources import Home


@sensor(
    name="alerts",
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.RUNNING,
    description=(
        "Tells each new alarm of `ind_alert` to the file that DEMARCHE_ALERT_FILE names and to the address that "
        "DEMARCHE_ALERT_WEBHOOK names. What could not be told is tried again at the next tick."
    ),
)
def alert_sensor(context: SensorEvaluationContext, home: Home):
    """The cursor holds which alarms each receiver was told, so that one that fails does not hold up the other."""
    where = home.settings
    receivers = {}
    if where.alert_file:
        receivers[f"file {where.alert_file}"] = partial(alerts.append_to, where.alert_file)
    if where.alert_webhook:
        receivers[f"webhook {where.alert_webhook}"] = partial(alerts.post_to, where.alert_webhook)
    if not receivers:
        return SkipReason("Set DEMARCHE_ALERT_FILE or DEMARCHE_ALERT_WEBHOOK to be told of alarms.")
    if not where.published.exists():
        return SkipReason("Nothing is published yet: `./demarche run` publishes.")
    told = {name: set(keys) for name, keys in json.loads(context.cursor or "{}").items()}
    found, notes = alerts.alarms(where.published), []
    for name, send in receivers.items():
        before = told.get(name, set())
        told[name], fault = alerts.tell(found, before, send)
        notes.append(
            f"{name.split()[0]}: {len(told[name]) - len(before)} told" + (f"; {fault}" if fault else "")
        )
        if fault:
            context.log.warning(f"{name.split()[0]}: {fault}")
    cursor = json.dumps({name: sorted(keys) for name, keys in told.items()})
    return SensorResult(skip_reason=SkipReason("; ".join(notes)), cursor=cursor)
