"""What is in a stored record: opened again when somebody decides on it, or when what it waited for has come."""

from dataclasses import replace

from layers.models import Form, Submission
from layers.models.submissions import Channel

from .definitions import DEFINITIONS, Definition
from .filled import Edit, Filled
from .instances import read_instance
from .keys import private_key
from .reading import read
from .sealing import Kind, unseal


def plain_of(submission: Submission) -> bytes:
    return unseal(bytes(submission.raw), Kind.RECORD, private_key())


def reopen(submission: Submission) -> tuple[Filled, Definition]:
    """Return a stored submission as it was filled in, and the form as it is now."""
    form: Form = submission.form
    plain = plain_of(submission)
    if submission.channel == Channel.COLLECT:
        return revised(read_instance(plain, form), submission.device.user_id), DEFINITIONS[form.form_id]
    return read(plain), DEFINITIONS[form.form_id]


def revised(filled: Filled, user_id: int) -> Filled:
    """Return an instance that replaces an earlier one of the same user as an edit of what that one stored."""
    if filled.after is None:
        return filled
    earlier = Submission.objects.filter(instance_id=filled.after, device__user_id=user_id).first()
    if earlier is None:
        return filled
    before, _definition = reopen(earlier)
    fields = {
        name: Edit(before.fields[name].new if name in before.fields else edit.old, edit.new)
        for name, edit in filled.fields.items()
    }
    location = filled.location
    if location is not None and before.location is not None:
        location = replace(location, old=before.location.spot)
    base = earlier.version or 0
    return replace(filled, record=earlier.record, base_version=base, fields=fields, location=location)
