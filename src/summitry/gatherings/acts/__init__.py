"""Everything that changes gatherings. None as the actor is the operator at the command line."""

from .editions import (
    add_room,
    add_track,
    announce_gathering,
    cancel_gathering,
    create_gathering,
    create_series,
    edit_gathering,
    edit_room,
    edit_track,
    remove_room,
)
from .importing import import_frab
from .releasing import release
from .sessions import (
    Part,
    Placement,
    add_link,
    add_session,
    cancel_session,
    edit_session,
    make_session,
    place_session,
    remove_link,
    restore_session,
    unplace_session,
)

__all__ = [
    "Part",
    "Placement",
    "add_link",
    "add_room",
    "add_session",
    "add_track",
    "announce_gathering",
    "cancel_gathering",
    "cancel_session",
    "create_gathering",
    "create_series",
    "edit_gathering",
    "edit_room",
    "edit_session",
    "edit_track",
    "import_frab",
    "make_session",
    "place_session",
    "release",
    "remove_link",
    "remove_room",
    "restore_session",
    "unplace_session",
]
