"""What goes wrong with accounts."""

from __future__ import annotations

from catalogue import ExitCode
from portal.errors import PortalError


class PersonNotFound(PortalError):
    """No account has this id or user name."""

    code = "portal.person_not_found"
    message_vi = "Không có tài khoản này."
    message_en = "There is no such account."
    next_vi = "Xem danh sách tài khoản rồi chọn lại."
    next_en = "See the list of accounts and choose again."
    exit_code = ExitCode.NOT_FOUND
    status = 404


class NameTaken(PortalError):
    """Another account has this user name, in whatever case; closed ones keep theirs."""

    code = "portal.name_taken"
    message_vi = "Tên đăng nhập này đã có người dùng."
    message_en = "This user name is taken."
    next_vi = "Chọn tên khác; tài khoản đã khóa vẫn giữ tên của nó."
    next_en = "Choose another one; closed accounts keep their names."
    exit_code = ExitCode.REFUSED
    status = 409


class PersonTaken(PortalError):
    """Another account belongs to this citizen already."""

    code = "portal.person_taken"
    message_vi = "Người có số định danh này đã có tài khoản khác."
    message_en = "The person with this citizen ID has another account already."
    next_vi = "Dùng tài khoản đã có; nếu nó đã bị khóa thì mở lại."
    next_en = "Use that account; if it is closed, reopen it."
    exit_code = ExitCode.REFUSED
    status = 409


class BadPerson(PortalError):
    """What was entered does not make an account."""

    code = "portal.bad_person"
    message_vi = "Tài khoản chưa đúng: {reason_vi}."
    message_en = "This is not an account yet: {reason_en}."
    next_vi = "Sửa ô được nêu rồi lưu lại."
    next_en = "Correct what is named and save again."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class LastAdministrator(PortalError):
    """Nobody would be left who can open accounts."""

    code = "portal.last_admin"
    message_vi = "Đây là quản trị viên cuối cùng đang hoạt động."
    message_en = "This is the last active administrator."
    next_vi = "Giao vai trò quản trị cho người khác trước."
    next_en = "Make somebody else an administrator first."
    exit_code = ExitCode.REFUSED
    status = 409
