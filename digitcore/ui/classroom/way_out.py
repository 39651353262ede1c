"""Who one is in a class, in the sidebar, and the way out for those who come back as who they are."""

import streamlit as st

from digitcore.classroom.lesson import current
from digitcore.classroom.person import Person
from digitcore.ui.classroom.door import LEAVE
from digitcore.ui.shared.components import base_path


def way_out(person: Person) -> None:
    """Show it. A visitor with a code stays: with another number, what they have made would be theirs no more."""
    lesson = current()
    comes_back = person.is_teacher or (lesson is not None and bool(lesson.opening.teachers))
    with st.container(key="who-one-is", horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption(f":material/person: {person.title}", width="content")
        if comes_back:
            st.html(f'<a href="{base_path()}{LEAVE}">Leave</a>', width="content")
