"""What is used of Connexion, imported without the deprecation warnings that its import raises."""

import warnings

with warnings.catch_warnings():
    # Connexion imports its test client with everything else, and that one a version of httpx that is being left.
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.apps.asynchronous import AsyncApi, AsyncASGIApp
    from connexion.exceptions import ProblemException, ResolverError
    from connexion.lifecycle import ConnexionRequest, ConnexionResponse
    from connexion.middleware import ConnexionMiddleware
    from connexion.middleware.abstract import ROUTING_CONTEXT
    from connexion.middleware.request_validation import RequestValidationAPI, RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.middleware.swagger_ui import SwaggerUIMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver

__all__ = [
    "ROUTING_CONTEXT",
    "AbstractOperation",
    "AsyncASGIApp",
    "AsyncApi",
    "AsyncApp",
    "ConnexionMiddleware",
    "ConnexionRequest",
    "ConnexionResponse",
    "ProblemException",
    "RequestValidationAPI",
    "RequestValidationMiddleware",
    "Resolution",
    "Resolver",
    "ResolverError",
    "RoutingMiddleware",
    "SwaggerUIMiddleware",
]
