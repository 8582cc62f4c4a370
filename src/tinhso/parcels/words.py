"""What a parcel did, in words for the person, and what an officer must do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.parcels.contracts import State, Told

STATIONS = {
    Told.ACCEPTED: gettext_noop("Bưu điện đã nhận bưu gửi."),
    Told.IN_TRANSIT: gettext_noop("Bưu gửi đang trên đường."),
    Told.OUT_FOR_DELIVERY: gettext_noop("Bưu tá đang đi giao. Hãy để ý điện thoại."),
    Told.MISSED: gettext_noop("Bưu tá chưa gặp người nhận, sẽ giao lại."),
    Told.REFUSED: gettext_noop("Người nhận không nhận bưu gửi. Bưu điện chuyển trả về cơ quan."),
    Told.RETURNING: gettext_noop("Bưu gửi đang được chuyển trả về cơ quan."),
    Told.RETURNED: gettext_noop(
        "Bưu gửi đã về lại cơ quan. Cơ quan sẽ gọi cho ông/bà để gửi lại hoặc mời đến nhận."
    ),
    Told.LOST: gettext_noop("Bưu điện báo thất lạc bưu gửi. Cơ quan đang lo bản khác và sẽ gọi cho ông/bà."),
    Told.DELIVERED: gettext_noop("Bưu điện đã giao tận tay."),
}
NOTIFIED = frozenset({Told.OUT_FOR_DELIVERY, Told.MISSED, Told.REFUSED, Told.RETURNED, Told.LOST})
"""What the person is told at once; the rest stands in the dossier's history."""

WHY = {
    State.BACK: gettext_noop("Bưu gửi đã chuyển hoàn về cơ quan."),
    State.LOST: gettext_noop("Bưu điện báo thất lạc bưu gửi."),
}
TO_DO = {
    State.UNPLACED: gettext_noop(
        "Xem lý do, sửa địa chỉ nếu cần rồi đặt lại; hoặc huỷ bưu gửi và mời người dân đến nhận."
    ),
    State.BACK: gettext_noop(
        "Gọi người nhận. Sửa địa chỉ để gửi lại, hoặc đổi sang nhận tại quầy. Ghi cách giải quyết ở dưới."
    ),
    State.LOST: gettext_noop(
        "Yêu cầu bưu điện tra tìm, gọi xin lỗi người nhận, in bản khác để gửi. Ghi cách giải quyết ở dưới."
    ),
}
ANYWAY = gettext_noop("Gọi bưu điện hỏi rõ, rồi ghi cách giải quyết ở dưới.")


def of_station(told: Told, *, place: str = "", receiver: str = "") -> str:
    """One station in a sentence: with its post office, and who took it when it was delivered."""
    if told is Told.DELIVERED and receiver:
        return _("Bưu điện đã giao cho %(who)s.") % {"who": receiver}
    sentence = _(STATIONS[told])
    return _("%(place)s: %(sentence)s") % {"place": place, "sentence": sentence} if place else sentence


def why(state: State) -> str:
    """Why somebody must look at a parcel, in the words of the office."""
    return _(WHY[state])


def to_do(state: State) -> str:
    """What an officer does next about a parcel in trouble."""
    return _(TO_DO.get(state, ANYWAY))
