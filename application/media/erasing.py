"""The end of pictures: their files go, and then their rows."""

from uuid import UUID

from application.clock import Clock
from application.files import FileStore
from application.handlers import command_handler
from application.media.ports import PictureRepository
from application.unit_of_work import WriteUnitOfWork

_PAGE = 100


class ErasureService:
    """Removes what has expired; a run that is interrupted leaves rows for the next one to find."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock, files: FileStore) -> None:
        self.write_uow = write_uow
        self.clock = clock
        self.files = files

    async def erase_expired(self) -> int:
        """Erase expired pictures, and return their number; raises FilesUnavailable."""
        erased = 0
        while page := await self._withdraw_page():
            for picture_id in page:
                await self.files.delete(picture_id.hex)
                await self._remove(picture_id)
            erased += len(page)
        return erased

    @command_handler
    async def _withdraw_page(self) -> list[UUID]:
        """Take some pictures from all addresses: a file that is sent again is another one."""
        repository = self.write_uow[PictureRepository]
        page = await repository.expired(self.clock(), _PAGE)
        for picture_id in page:
            picture = await repository.get(picture_id)
            picture.withdraw()
            await repository.store(picture)
        return list(page)

    @command_handler
    async def _remove(self, picture_id: UUID) -> None:
        await self.write_uow[PictureRepository].remove(picture_id)
