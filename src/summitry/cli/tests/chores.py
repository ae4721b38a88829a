"""Tasks for the worker's tests."""

from django.tasks import task

done: list[str] = []
failing = {"times": 0}


@task
def note(words: str) -> str:
    done.append(words)
    return words


@task
def stumble() -> str:
    """Fails as often as `failing` says."""
    if failing["times"] > 0:
        failing["times"] -= 1
        raise RuntimeError("not yet")
    done.append("stumbled through")
    return "done"


@task(takes_context=True)
def told(context) -> int:
    return context.attempt


@task
def stopped() -> None:
    raise SystemExit(1)
