"""The scopes, and which of them a client may ask a token for."""

from __future__ import annotations

from typing import Any

from oauth2_provider.scopes import BaseScopes

SCOPES = {
    "evidence.search": "Tìm giấy tờ của một người trong kho / find a person's documents",
    "evidence.read": "Đọc giấy tờ tìm được / read the documents found",
    "documents.read": "Đọc tài liệu theo mã DocCode / read documents by DocCode",
    "documents.write": "Gửi, cập nhật tài liệu / bring and describe documents",
    "webhooks": "Đăng ký nhận thông báo / be told of changes",
}


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """What `hoso client add` granted; a token asked for without a scope gets all of that."""

    def get_all_scopes(self) -> dict[str, str]:
        return SCOPES

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: object, **kwargs: object
    ) -> list[str]:
        return _granted(application)

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: object, **kwargs: object
    ) -> list[str]:
        return _granted(application)


def _granted(application: Any) -> list[str]:
    client = getattr(application, "api_client", None)
    return [scope for scope in SCOPES if client is not None and scope in client.scopes]
