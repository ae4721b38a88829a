"""Version 1 of the interface: what is public, to read."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from . import door
from .resources import calls, cases, documents, gatherings, institution, opinions, record


class Interface(NinjaAPI):
    """Describes errors as what they are: problems, of their own media type, at every address."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        described = {"$ref": "#/components/schemas/Problem"}
        for methods in schema["paths"].values():
            for operation in methods.values():
                answers = operation["responses"]
                codes = [code for code in answers if int(code) >= 400]
                for code in dict.fromkeys([*codes, 422]):
                    answers[code] = {
                        "description": str(door.TITLES[int(code)]),
                        "content": {door.PROBLEM: {"schema": described}},
                    }
        return schema


api = Interface(
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
api.add_router("/documents", documents.router)
api.add_router("/opinions", opinions.router)
api.add_router("/record", record.router)
