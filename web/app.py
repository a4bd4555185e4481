"""The application: every HTTP route on one screen, and what stands around them.

A row says where, what and for whom; what goes in and comes out stands at the operation itself. The same rows serve,
authorise and describe the API.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from http import HTTPStatus
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from core.errors import CounterpointError
from core.roles import Role
from web.api import (
    assets,
    blame,
    branches,
    browsers,
    comments,
    copies,
    documents,
    events,
    history,
    inbox,
    jobs,
    members,
    merges,
    pages,
    presence,
    reverting,
    reviews,
    sessions,
    sign_in,
    system,
    takes,
    timeline,
    tokens,
    versions,
    warnings,
)
from web.api.pages import page_or_file
from web.edge import Edge
from web.openapi import describe
from web.problems import HttpProblem, problem_response
from web.routing import Anyone, Route, starlette_routes
from web.services import Services

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER
API: Final = "/api/v1"

get = partial(Route, "GET")
post = partial(Route, "POST")
put = partial(Route, "PUT")
patch = partial(Route, "PATCH")
delete = partial(Route, "DELETE")

ROUTES: Final[tuple[Route, ...]] = (
    get("/livez", system.alive, Anyone),
    get("/readyz", system.ready, Anyone),
    get("/version", system.show_version, Anyone),
    get("/metrics", system.figures, VIEWER),
    get("/openapi.json", system.describe, VIEWER),
    get("/", pages.home, Anyone),
    get("/sign-in", sign_in.show_sign_in, Anyone),
    post("/sign-in", sign_in.sign_in, Anyone),
    post("/sign-out", sign_in.sign_out, VIEWER),
    get(f"{API}/documents", documents.list_documents, VIEWER),
    post(f"{API}/documents", documents.create, EDITOR),
    put(f"{API}/documents/{{document_id}}", documents.put, EDITOR),
    get(f"{API}/documents/{{document_id}}", documents.get, VIEWER),
    patch(f"{API}/documents/{{document_id}}", documents.patch, EDITOR),
    delete(f"{API}/documents/{{document_id}}", documents.trash, EDITOR),
    post(f"{API}/documents/{{document_id}}/restore", documents.restore, EDITOR),
    post(f"{API}/documents/{{document_id}}/erase", documents.erase, OWNER),
    post(f"{API}/documents/{{document_id}}/duplicate", copies.duplicate, EDITOR),
    get(f"{API}/documents/{{document_id}}/warnings", warnings.list_warnings, VIEWER),
    post(f"{API}/documents/{{document_id}}/sessions", sessions.open_session, VIEWER),
    get(f"{API}/presence", presence.list_presence, VIEWER),
    get(f"{API}/documents/{{document_id}}/history", timeline.show_timeline, VIEWER),
    get(f"{API}/documents/{{document_id}}/at/{{position}}", history.show_at, VIEWER),
    get(f"{API}/documents/{{document_id}}/diff", history.show_diff, VIEWER),
    get(f"{API}/documents/{{document_id}}/blame", blame.show_blame, VIEWER),
    get(f"{API}/documents/{{document_id}}/versions", versions.list_versions, VIEWER),
    post(f"{API}/documents/{{document_id}}/versions", versions.name_version, EDITOR),
    post(f"{API}/documents/{{document_id}}/revert", reverting.revert, EDITOR),
    post(f"{API}/documents/{{document_id}}/revert/preview", reverting.preview, VIEWER),
    delete(f"{API}/versions/{{version_id}}", versions.remove_version, EDITOR),
    get(f"{API}/documents/{{document_id}}/branches", branches.list_branches, VIEWER),
    post(f"{API}/documents/{{document_id}}/branches", branches.open_branch, EDITOR),
    get(f"{API}/branches", branches.list_all_branches, VIEWER),
    get(f"{API}/branches/{{branch_id}}", branches.get_branch, VIEWER),
    patch(f"{API}/branches/{{branch_id}}", branches.change_branch, EDITOR),
    post(f"{API}/branches/{{branch_id}}/close", branches.close_branch, EDITOR),
    post(f"{API}/branches/{{branch_id}}/reopen", branches.reopen_branch, EDITOR),
    post(f"{API}/branches/{{branch_id}}/review", reviews.review, COMMENTER),
    post(f"{API}/branches/{{branch_id}}/merge/preview", merges.preview, VIEWER),
    post(f"{API}/branches/{{branch_id}}/merge", merges.merge_branch, EDITOR),
    get(f"{API}/documents/{{document_id}}/comments", comments.list_comments, VIEWER),
    post(f"{API}/documents/{{document_id}}/comments", comments.add_comment, COMMENTER),
    get(f"{API}/comments/{{comment_id}}", comments.get_comment, VIEWER),
    post(f"{API}/comments/{{comment_id}}/replies", comments.reply, COMMENTER),
    patch(f"{API}/comments/{{comment_id}}/messages/{{message_id}}", comments.edit_message, COMMENTER),
    delete(f"{API}/comments/{{comment_id}}/messages/{{message_id}}", comments.remove_message, COMMENTER),
    post(f"{API}/comments/{{comment_id}}/resolve", comments.resolve, COMMENTER),
    post(f"{API}/comments/{{comment_id}}/reopen", comments.reopen, COMMENTER),
    get(f"{API}/inbox", inbox.list_inbox, VIEWER),
    post(f"{API}/inbox/read", inbox.mark_read, VIEWER),
    get(f"{API}/documents/{{document_id}}/mute", inbox.show_muting, VIEWER),
    put(f"{API}/documents/{{document_id}}/mute", inbox.mute, VIEWER),
    delete(f"{API}/documents/{{document_id}}/mute", inbox.unmute, VIEWER),
    get(f"{API}/events", events.list_events, VIEWER),
    get(f"{API}/events/stream", events.stream_events, VIEWER),
    get(f"{API}/jobs", jobs.list_jobs, VIEWER),
    post(f"{API}/jobs", jobs.request_job, EDITOR),
    get(f"{API}/jobs/{{job_id}}", jobs.get_job, VIEWER),
    post(f"{API}/jobs/{{job_id}}/cancel", jobs.cancel_job, EDITOR),
    post(f"{API}/jobs/{{job_id}}/retry", jobs.retry_job, EDITOR),
    get(f"{API}/render_jobs", jobs.list_render_jobs, VIEWER),
    post(f"{API}/render_jobs", jobs.request_render_job, EDITOR),
    get(f"{API}/render_jobs/{{job_id}}", jobs.get_render_job, VIEWER),
    post(f"{API}/render_jobs/{{job_id}}/cancel", jobs.cancel_render_job, EDITOR),
    post(f"{API}/render_jobs/{{job_id}}/retry", jobs.retry_render_job, EDITOR),
    get(f"{API}/takes", takes.list_takes, VIEWER),
    get(f"{API}/takes/{{take_id}}", takes.get_take, VIEWER),
    delete(f"{API}/takes/{{take_id}}", takes.delete_take, EDITOR),
    post(f"{API}/takes/{{take_id}}/restore", takes.restore_take, EDITOR),
    get(f"{API}/assets/{{asset_id}}", assets.get_asset, VIEWER),
    get(f"{API}/engines", system.list_engines, VIEWER),
    get(f"{API}/system/capabilities", system.capabilities, VIEWER),
    get(f"{API}/me", members.me, VIEWER),
    get(f"{API}/me/sessions", browsers.list_sessions, VIEWER),
    delete(f"{API}/me/sessions/{{session_id}}", browsers.end_session, VIEWER),
    get(f"{API}/members", members.list_members, VIEWER),
    patch(f"{API}/members/{{person_id}}", members.change_member, OWNER),
    delete(f"{API}/members/{{person_id}}", members.remove_member, OWNER),
    post(f"{API}/members/{{person_id}}/invite", members.renew_invite, OWNER),
    delete(f"{API}/members/{{person_id}}/invite", members.revoke_invite, OWNER),
    post(f"{API}/invites", members.invite, OWNER),
    get(f"{API}/tokens", tokens.list_tokens, VIEWER),
    post(f"{API}/tokens", tokens.create_token, VIEWER),
    delete(f"{API}/tokens/{{token_id}}", tokens.revoke_token, VIEWER),
)


def build_app(
    services: Services, *, sockets: Sequence[BaseRoute] = (), lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """Return the application on these services, with the WebSocket routes it is given."""
    app = Starlette(
        routes=[*starlette_routes(ROUTES, services), *sockets],
        middleware=[
            Middleware(
                Edge,
                logger=services.logger,
                clock=services.clock,
                metrics=services.metrics,
                https=services.settings.base_url.startswith("https:"),
            )
        ],
        exception_handlers={HTTPException: _no_route},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.openapi = cache(lambda: describe(ROUTES, version=system.program_version()))
    return app


async def _no_route(request: Request, error: Exception) -> Response:
    """Answer what no row of the table matches: the client's files and screens, and what is nowhere."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    try:
        page = await page_or_file(request, request.app.state.services) if status is HTTPStatus.NOT_FOUND else None
    except CounterpointError as problem:
        return problem_response(problem, request.scope["request_id"])
    if page is not None:
        return page
    message = f"Nothing is at {request.url.path}." if status is HTTPStatus.NOT_FOUND else status.phrase
    return problem_response(HttpProblem(status, message), request.scope["request_id"])
