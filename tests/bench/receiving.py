"""
Many webhook receivers in one process: `python -m tests.bench.receiving PORT`.

`POST /hooks/<name>` notes what came and answers 204, after the seconds that `?after=` says; `/hanging/<name>` never
answers. `GET /notes` answers all that was noted: `[name, subject, sequence, id, seconds]`, in the order of coming.
"""

import asyncio
import json
import sys
import time

from aiohttp import web

NOTES = []


async def hook(request):
    message = await request.json()
    name = request.match_info["name"]
    NOTES.append([name, message["subject"], message["sequence"], message["id"], time.time()])
    if after := float(request.query.get("after", 0)):
        await asyncio.sleep(after)
    return web.Response(status=204)


async def hanging(request):
    await request.read()
    await asyncio.sleep(3600)


async def notes(request):
    return web.Response(text=json.dumps(NOTES), content_type="application/json")


def main():
    app = web.Application()
    app.add_routes([web.post("/hooks/{name}", hook), web.post("/hanging/{name}", hanging), web.get("/notes", notes)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None, shutdown_timeout=0.1)


if __name__ == "__main__":
    main()
