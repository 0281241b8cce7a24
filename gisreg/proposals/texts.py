"""What people are told about proposals. No field of an object is named: whoever may see it looks there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gisreg.access.actor import Actor
from gisreg.contacts.notices import Message, notify
from gisreg.database.connection import PgConnection
from layers import LAYERS, Layer

SUBJECT = "proposal"

_OUTCOMES = {
    "confirmed": ("đã được xác nhận", "confirmed"),
    "disputed": ("không được đồng ý", "disputed"),
    "escalated": (
        "đã được chủ quản đồng ý, chờ cơ quan quản lý",
        "agreed by the owner; now with the authority",
    ),
    "superseded": ("không còn cần quyết định", "superseded"),
}


def tell_owner(
    connection: PgConnection,
    actor: Actor,
    proposal_id: int,
    layer: Layer,
    owner_id: int | None,
    commune_id: int | None,
    due_on: date,
) -> None:
    """Tell the owner (the authority where nobody owns the object) that a proposal waits."""
    notify(
        connection,
        Message(
            subject=SUBJECT,
            about=SUBJECT,
            about_id=proposal_id,
            title_vi=f"Đề xuất sửa dữ liệu chờ quyết định đến {due_on:%d/%m/%Y}",
            title_en=f"A proposal waits for your decision until {due_on:%Y-%m-%d}",
            text_vi=f"{actor.organisation} đề xuất sửa một đối tượng lớp '{layer.vi}' của quý đơn vị. "
            "Xem cả hai giá trị và quyết định ở trang Đề xuất.",
            text_en=f"{actor.organisation} proposes a change of one of your objects (layer '{layer.en}'). "
            "See both values and decide on the page of proposals.",
        ),
        organisation_id=owner_id,
        commune_id=commune_id,
        caused_by=actor,
    )


def tell_authority(
    connection: PgConnection, actor: Actor | None, proposal_id: int, layer: str, commune_id: int | None
) -> None:
    """Tell the authority that a proposal is with it now."""
    notify(
        connection,
        Message(
            subject=SUBJECT,
            about=SUBJECT,
            about_id=proposal_id,
            title_vi="Đề xuất sửa dữ liệu được chuyển đến cơ quan quản lý",
            title_en="A proposal was escalated to the authority",
            text_vi=f"Đề xuất về một đối tượng lớp '{LAYERS[layer].vi}' chờ cơ quan quản lý quyết định.",
            text_en=f"A proposal about an object of layer '{LAYERS[layer].en}' waits for the authority.",
        ),
        organisation_id=None,
        commune_id=commune_id,
        caused_by=actor,
    )


def tell_proposer(
    connection: PgConnection,
    actor: Actor | None,
    organisation_id: int,
    proposal_ids: Sequence[int],
    state: str,
    commune_id: int | None,
) -> None:
    """Tell an organisation what became of its proposals."""
    vi, en = _OUTCOMES[state]
    number = len(proposal_ids)
    notify(
        connection,
        Message(
            subject=SUBJECT,
            about="proposal_outcome",
            about_id=proposal_ids[0],
            title_vi=f"{number} đề xuất {vi}",
            title_en=f"{number} proposal(s) {en}",
            text_vi=f"{number} đề xuất của quý đơn vị {vi}. Lý do ghi ở trang Đề xuất.",
            text_en=f"{number} proposal(s) of your organisation: {en}. The page of proposals says why.",
        ),
        organisation_id=organisation_id,
        commune_id=commune_id,
        caused_by=actor,
    )
