"""What a backup or a restore refuses, each with a stable code, two languages and a next step."""

from __future__ import annotations

from catalogue import ExitCode
from storage.errors import StorageError


class BackupFolder(StorageError):
    """The folders given are none that a backup may use."""

    code = "storage.backup_folder"
    message_vi = "Không dùng được thư mục {folder}: {reason_vi}."
    message_en = "The folder {folder} cannot be used: {reason}."
    next_vi = "Chỉ hai thư mục riêng, nằm ngoài HOSO_DATA, trống hoặc đang chứa bản sao lưu của chính hệ thống này."
    next_en = "Name two separate folders outside HOSO_DATA, empty or holding a backup of this very installation."
    exit_code = ExitCode.USAGE
    status = 400


class BackupBusy(StorageError):
    """Another backup or restore works on the same folder."""

    code = "storage.backup_busy"
    message_vi = "Thư mục {folder} đang được một lần sao lưu hoặc phục hồi khác sử dụng."
    message_en = "Another backup or restore is using the folder {folder}."
    next_vi = "Chờ lần đó xong rồi chạy lại."
    next_en = "Wait for it to end, then run the command again."
    exit_code = ExitCode.REFUSED
    status = 409


class BackupFailed(StorageError):
    """A file of the backup could not be written or read; what the last finished backup holds still stands."""

    code = "storage.backup_failed"
    message_vi = "Không ghi hoặc đọc được bản sao lưu ({reason})."
    message_en = "The backup cannot be written or read ({reason})."
    next_vi = "Kiểm tra ổ đĩa và chỗ trống, rồi chạy lại lệnh: phần đã sao không phải sao lại."
    next_en = "Check the disk and its free space, then run the command again: what was copied is not copied again."
    exit_code = ExitCode.UNAVAILABLE
    status = 507


class BackupDamaged(StorageError):
    """Files of the backup are missing or altered, or its list of files is not the one that was written."""

    code = "storage.backup_damaged"
    message_vi = "Bản sao lưu đã hỏng hoặc bị sửa: {count} chỗ, chỗ đầu tiên là {first}."
    message_en = "The backup is damaged or was altered: {count} places, the first is {first}."
    next_vi = "Dùng bản sao khác; nếu không có, --skip-damaged phục hồi mọi thứ còn nguyên và nêu rõ phần đã mất."
    next_en = "Use another copy; if there is none, --skip-damaged restores all that is whole and names what is lost."
    exit_code = ExitCode.BAD_INPUT
    status = 422


class BackupUnfinished(StorageError):
    """The last backup into the folder did not come to its end."""

    code = "storage.backup_unfinished"
    message_vi = "Lần sao lưu cuối vào {folder} chưa hoàn tất."
    message_en = "The last backup into {folder} did not come to its end."
    next_vi = "Chạy lại lệnh sao lưu; nếu hệ thống cũ không còn, thêm --unfinished để phục hồi phần đã sao được."
    next_en = "Run the backup again; if the old installation is gone, --unfinished restores what was copied."
    exit_code = ExitCode.REFUSED
    status = 409


class BackupForeign(StorageError):
    """The backup, its keys and this installation do not belong together: another master key."""

    code = "storage.backup_foreign"
    message_vi = "Bản sao lưu, thư mục khóa và hệ thống này không cùng một khóa chủ ({what})."
    message_en = "The backup, the folder of keys and this installation do not share one master key ({what})."
    next_vi = "Chỉ đúng thư mục khóa đi kèm bản sao lưu và đúng HOSO_MASTER_KEY, HOSO_DATA."
    next_en = "Name the folder of keys that belongs to the backup, and the right HOSO_MASTER_KEY and HOSO_DATA."
    exit_code = ExitCode.REFUSED
    status = 409


class BackupTooNew(StorageError):
    """A newer version of the software made the backup."""

    code = "storage.backup_too_new"
    message_vi = "Bản sao lưu do một phiên bản phần mềm mới hơn tạo ra ({software})."
    message_en = "A newer version of the software made the backup ({software})."
    next_vi = "Cài phiên bản đó, hoặc mới hơn, rồi phục hồi."
    next_en = "Install that version or a newer one, then restore."
    exit_code = ExitCode.REFUSED
    status = 409


class NotEmpty(StorageError):
    """A restore was asked for where there is an archive already."""

    code = "storage.not_empty"
    message_vi = "Hệ thống này không trống ({what}); chưa có gì bị thay đổi."
    message_en = "This installation is not empty ({what}); nothing was changed."
    next_vi = "Phục hồi vào HOSO_DATA trống; hoặc thêm --replace để thay cơ sở dữ liệu và sửa kho bằng bản sao lưu."
    next_en = "Restore into an empty HOSO_DATA, or say --replace to put the backup in place of what is here."
    exit_code = ExitCode.REFUSED
    status = 409


class RestoreUnfinished(StorageError):
    """A restore broke off: the installation must not run before it has come to its end."""

    code = "storage.restore_unfinished"
    message_vi = "Việc phục hồi từ bản sao lưu {made_at} chưa hoàn tất."
    message_en = "The restore of the backup of {made_at} has not come to its end."
    next_vi = "Chạy lại đúng lệnh `hoso archive restore` đó: phần đã phục hồi không phải làm lại."
    next_en = "Run the same `hoso archive restore` again: what was restored is not restored twice."
    exit_code = ExitCode.REFUSED
    status = 503


class DumpTool(StorageError):
    """PostgreSQL's own tools are missing or failed."""

    code = "storage.dump_tool"
    message_vi = "Không sao lưu hoặc phục hồi được PostgreSQL: {program} ({reason})."
    message_en = "PostgreSQL cannot be backed up or restored: {program} ({reason})."
    next_vi = "Cài gói postgresql-client cùng phiên bản với máy chủ (hoặc mới hơn) trên máy này, rồi chạy lại."
    next_en = "Install postgresql-client of the server's version or a newer one on this machine, then run it again."
    exit_code = ExitCode.UNAVAILABLE
    status = 503
