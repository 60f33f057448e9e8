"""Public repositories, which moto does not know: made and described, for each account."""

import base64
import json

_repositories = {}
_target = "SpencerFrontendService."


def asked(environ):
    return environ.get("HTTP_X_AMZ_TARGET", "").startswith(_target)


def answer(environ, body):
    """Status and JSON of one call."""
    credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition("/")[0]
    mine = _repositories.setdefault(credential, {})
    operation = environ["HTTP_X_AMZ_TARGET"].removeprefix(_target)
    request = json.loads(body or "{}")
    if operation == "CreateRepository":
        name = request["repositoryName"]
        if name in mine:
            return 400, {"__type": "RepositoryAlreadyExistsException", "message": name}
        mine[name] = {"repositoryName": name, "repositoryUri": f"public.ecr.aws/example/{name}"}
        return 200, {"repository": mine[name]}
    if operation == "DescribeRepositories":
        names = request.get("repositoryNames", list(mine))
        if any(name not in mine for name in names):
            return 400, {"__type": "RepositoryNotFoundException", "message": ", ".join(names)}
        return 200, {"repositories": [mine[name] for name in names]}
    if operation == "GetAuthorizationToken":
        token = base64.b64encode(b"AWS:password").decode()
        return 200, {"authorizationData": {"authorizationToken": token, "expiresAt": 4102444800}}
    return 400, {"__type": "UnsupportedCommandException", "message": operation}
