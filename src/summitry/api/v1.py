"""Version 1 of the interface: what is public, to read."""

from ninja import NinjaAPI

from . import door
from .resources import calls, cases, gatherings, institution, record

api = NinjaAPI(
    title="Summitry",
    version="1.0.0",
    description="What the institution publishes, for machines: read only, without an account. Every text is "
    "given in all languages, `{language: words}`; `lang` narrows it to one. Lists come in parts.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-v1",
)
door.tell_problems(api)
api.add_router("/institution", institution.router)
api.add_router("/calls", calls.router)
api.add_router("/gatherings", gatherings.router)
api.add_router("/cases", cases.router)
api.add_router("/record", record.router)
