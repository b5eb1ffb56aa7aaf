"""How does the server hand an audit to the process that does it, and what if that process dies?"""

import asyncio
import pickle
import sys

from mlaudit.server.worker import HEAD, Answer, Task, packed


class Worker:
    """The process that audits. It is started when first asked, and again after it has died."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def ask(self, task: Task) -> Answer:
        """The answer to a task, one after the other. A process that has died is started again, once."""
        async with self._turn:
            for _ in range(2):
                try:
                    return await self._asked(task)
                except (OSError, EOFError, asyncio.IncompleteReadError) as error:
                    self.stop()
                    reason = type(error).__name__
            return Answer(error=f"the process that audits `{task.root}` died twice ({reason})")

    async def _asked(self, task: Task) -> Answer:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(packed(task))
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(HEAD), "big")
        found: Answer = pickle.loads(await process.stdout.readexactly(size))
        return found

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            # -P: the folder in which the editor started the server is no place to import from
            command = [sys.executable, "-P", "-c", "from mlaudit.server.worker import main; main()"]
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        return self._process

    def stop(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            try:
                process.kill()
            except ProcessLookupError:
                return
