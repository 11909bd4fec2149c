#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A second reader of ghosts, written from doc/format.md alone.

    reader.py FILE                  checks everything, prints a summary
    reader.py FILE ADDRESS LENGTH   the bytes of memory there, to standard output

Ends with 1 and one line where the file is not as the description says.
"""

import struct
import sys
import zlib

PAGE = 4096
CHUNK_MAX = 1 << 20
SHARED = 0x80000000
EMBEDDED = 0x40000000
REGION_TYPES = 5
LOCK_TYPES = 3
UNIX_STATES = 5


class Damaged(Exception):
    """The file is not what the description promises."""


def demand(condition, what):
    if not condition:
        raise Damaged(what)


def make_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = make_table()


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    table = TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283


class Cursor:
    """Takes atoms from the front of some bytes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def bytes(self, count):
        demand(count <= len(self.data) - self.at, "something is cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, form):
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form)))[0]

    def u8(self):
        return self.number("B")

    def u16(self):
        return self.number("H")

    def u32(self):
        return self.number("I")

    def u64(self):
        return self.number("Q")

    def i64(self):
        return self.number("q")

    def buffer(self, limit):
        length = self.u32()
        demand(length <= limit, "a buffer of %d bytes where %d is the most" % (length, limit))
        return self.bytes(length)

    def string(self, limit):
        text = self.buffer(limit)
        demand(0 not in text, "a zero in a string")
        return text.decode(errors="surrogateescape")


def take_identity(cursor):
    file = {"path": cursor.string(4095)}
    for name in ("device", "inode", "size"):
        file[name] = cursor.u64()
    file["mtime"] = cursor.i64()
    file["nanoseconds"] = cursor.u32()
    file["build_id"] = cursor.buffer(32).hex()
    return file


def take_process(cursor):
    process = {}
    for name in ("pid", "parent", "group", "session", "uid", "gid", "umask", "personality",
                 "threads"):
        process[name] = cursor.u32()
    process["name"] = cursor.string(15)
    process["host"] = cursor.string(64)
    process["kernel"] = cursor.string(64)
    process["shim"] = cursor.string(31)
    process["created"] = cursor.i64()
    process["directory"] = cursor.string(4095)
    process["program"] = take_identity(cursor)
    for name in ("start_code", "end_code", "start_data", "end_data", "start_brk", "brk",
                 "start_stack", "arg_start", "arg_end", "env_start", "env_end"):
        process[name] = cursor.u64()
    process["limits"] = [(cursor.u64(), cursor.u64()) for _ in range(16)]
    process["auxv"] = cursor.buffer(1024)
    process["arguments"] = cursor.buffer(4096)
    return process


def take_thread(cursor):
    thread = {"tid": cursor.u32(), "flags": cursor.u32(), "name": cursor.string(15)}
    thread["stack"] = cursor.u64()
    thread["slot"] = cursor.u64()
    thread["xstates"] = cursor.u64()
    thread["pc"] = cursor.u64()
    return thread


def take_region(cursor):
    region = {"start": cursor.u64(), "end": cursor.u64(), "offset": cursor.u64()}
    for name in ("prot", "type", "flags", "object"):
        region[name] = cursor.u32()
    region["file"] = take_identity(cursor)
    return region


def take_guard(cursor):
    return {"start": cursor.u64(), "end": cursor.u64()}


def take_clock(cursor):
    clock = {"boot": cursor.string(39)}
    for name in ("monotonic", "boottime", "monotonic_offset", "boottime_offset"):
        clock[name] = cursor.u64()
    return clock


def take_descriptor(cursor):
    return {"fd": cursor.u32(), "object": cursor.u32(), "close_on_exec": cursor.u8()}


def take_pipe(cursor):
    pipe = {"id": cursor.u64(), "capacity": cursor.u32()}
    packets = cursor.u32()
    demand(packets <= 1024, "a pipe with %d packets" % packets)
    pipe["packets"] = [cursor.u32() for _ in range(packets)]
    pipe["queued"] = cursor.buffer(1 << 20)
    return pipe


def take_registration(cursor):
    return {"epoll": cursor.u32(), "fd": cursor.u32(), "target": cursor.u32(),
            "events": cursor.u32(), "data": cursor.u64()}


def take_lock(cursor):
    lock = {"fd": cursor.u32(), "type": cursor.u32(), "exclusive": cursor.u8()}
    demand(lock["type"] < LOCK_TYPES, "a lock of type %d" % lock["type"])
    lock["start"] = cursor.u64()
    lock["length"] = cursor.u64()
    return lock


def take_file(cursor):
    return {"offset": cursor.u64(), "file": take_identity(cursor)}


def take_directory(cursor):
    return {"offset": cursor.u64(), "path": cursor.string(4095)}


def take_device(cursor):
    return {"path": cursor.string(63)}


def take_eventfd(cursor):
    return {"count": cursor.u64(), "semaphore": cursor.u8()}


def take_timerfd(cursor):
    return {"clock": cursor.u32(), "settime": cursor.u32(), "ticks": cursor.u64(),
            "left": cursor.u64(), "interval": cursor.u64(), "deadline": cursor.u64()}


def take_signalfd(cursor):
    return {"mask": cursor.u64()}


def take_nothing(_):
    return {}


def take_pipe_end(cursor):
    return {"pipe": cursor.u64()}


def take_outside(cursor):
    return {"fd": cursor.u32(), "was": cursor.string(63)}


def take_unix_name(cursor):
    return cursor.buffer(108)


def take_unix(cursor):
    unix = {"id": cursor.u64(), "peer": cursor.u64()}
    for name in ("type", "state", "shutdown", "backlog", "failed", "mode", "send_buffer",
                 "receive_buffer", "linger"):
        unix[name] = cursor.u32()
    demand(unix["type"] <= 5 and unix["state"] < UNIX_STATES, "a unix socket of another kind")
    unix["options"] = [cursor.u32() for _ in range(10)]
    unix["timeouts"] = [(cursor.i64(), cursor.i64()) for _ in range(2)]
    unix["name"] = take_unix_name(cursor)
    unix["peer_name"] = take_unix_name(cursor)
    return unix


def take_unix_message(cursor):
    message = {"socket": cursor.u64(), "from": take_unix_name(cursor)}
    count = cursor.u32()
    demand(count <= 253, "a message with %d descriptors" % count)
    message["passed"] = [cursor.u32() for _ in range(count)]
    message["data"] = cursor.buffer(1 << 20)
    return message


def take_passed(cursor):
    return {"number": cursor.u32(), "object": cursor.u32()}


def take_orphan_file(cursor):
    file = {"device": cursor.u64(), "inode": cursor.u64(), "size": cursor.u64()}
    for name in ("object", "memory", "mode", "uid", "gid", "seals"):
        file[name] = cursor.u32()
    demand(file["object"] <= 65535, "a file of object %d" % file["object"])
    file["path"] = cursor.string(4095)
    return file


def take_orphan(cursor):
    return {"device": cursor.u64(), "inode": cursor.u64(), "offset": cursor.u64(),
            "path": cursor.string(4095)}


RECORDS = {
    b"PROC": take_process, b"THRD": take_thread, b"REGN": take_region, b"GUAR": take_guard,
    b"DESC": take_descriptor, b"PIPE": take_pipe, b"LOCK": take_lock, b"CLCK": take_clock,
    b"EPRG": take_registration,
    b"ORFI": take_orphan_file, b"UMSG": take_unix_message, b"PASS": take_passed,
}

DESCRIPTIONS = {
    b"FILE": ("file", take_file), b"DIR ": ("directory", take_directory),
    b"DEV ": ("device", take_device), b"EVFD": ("eventfd", take_eventfd),
    b"TMFD": ("timerfd", take_timerfd), b"SGFD": ("signalfd", take_signalfd),
    b"PIDF": ("pidfd", take_nothing), b"EPOL": ("epoll", take_nothing),
    b"PEND": ("pipe-end", take_pipe_end), b"OUTS": ("outside", take_outside),
    b"UNIX": ("unix", take_unix), b"ORPH": ("orphan", take_orphan),
}


def take_description(tag, cursor):
    kind, take = DESCRIPTIONS[tag]
    description = {"kind": kind, "id": cursor.u32(), "flags": cursor.u32()}
    description.update(take(cursor))
    return description


class Ghost:
    """All of a ghost but its pages, which are read when they are asked for."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.descriptions = {}
        self.records = {tag: [] for tag in RECORDS}
        self.unknown = 0
        self.read_first_page()
        self.read_trailer()
        self.read_records()
        self.read_index()
        self.check_sense()

    def piece(self, offset, size, what):
        demand(offset <= len(self.data) and size <= len(self.data) - offset,
               what + " is not in the file")
        return self.data[offset:offset + size]

    def read_first_page(self):
        page = self.piece(0, PAGE, "the first page")
        demand(page[:8] == b"KRG\x89\r\n\x1a\n", "not a ghost")
        demand(crc32c(page[:-4]) == struct.unpack("<I", page[-4:])[0],
               "checksum of the first page")
        cursor = Cursor(page)
        cursor.bytes(8)
        self.format = cursor.u32()
        demand(self.format == 1, "format %d" % self.format)
        demand(cursor.u32() == 62, "another machine")
        demand(cursor.u32() == PAGE, "another page size")
        self.features = [cursor.u32() for _ in range(8)]
        self.xcr0 = cursor.u64()
        self.xsave_size = cursor.u32()
        self.xsave_offsets = [cursor.u32() for _ in range(20)]
        self.anchor = cursor.u64()
        self.entry = cursor.u64()
        self.contract = cursor.u32()
        self.features += [cursor.u32() for _ in range(2)]
        demand(cursor.at == 172 and not any(page[172:-4]), "the rest of the first page")
        for i, offset in enumerate(self.xsave_offsets):
            demand(offset == 0 or (i >= 2 and self.xcr0 >> i & 1), "an offset without its state")

    def read_trailer(self):
        trailer = self.piece(len(self.data) - 64, 64, "the trailer")
        demand(trailer[:8] == b"KRGhost.", "the end is missing")
        demand(crc32c(trailer[:60]) == struct.unpack("<I", trailer[60:])[0],
               "checksum of the trailer")
        cursor = Cursor(trailer)
        cursor.bytes(8)
        self.records_offset = cursor.u64()
        self.records_size = cursor.u64()
        self.index_offset = cursor.u64()
        self.index_count = cursor.u64()
        self.index_crc = cursor.u32()
        demand(cursor.u64() == len(self.data), "the size of the file")
        demand(cursor.at == 52 and not any(trailer[52:60]), "the rest of the trailer")

    def read_records(self):
        cursor = Cursor(self.piece(self.records_offset, self.records_size, "the records"))
        while cursor.at < len(cursor.data):
            head = cursor.bytes(16)
            tag, version, zero, length, crc = struct.unpack("<4sHHII", head)
            payload = cursor.bytes(length)
            demand(zero == 0, "the head of a frame")
            demand(crc32c(payload, crc32c(head[:12])) == crc, "checksum of a record")
            self.take_record(tag, version, Cursor(payload))

    def take_record(self, tag, version, cursor):
        if tag in RECORDS:
            self.records[tag].append(RECORDS[tag](cursor))
        elif tag in DESCRIPTIONS:
            description = take_description(tag, cursor)
            demand(description["id"] not in self.descriptions, "two descriptions with one id")
            self.descriptions[description["id"]] = description
        else:
            self.unknown += 1
            return
        demand(version > 1 or cursor.at == len(cursor.data),
               "more in a %s than its fields" % tag.decode())

    def read_index(self):
        index = self.piece(self.index_offset, self.index_count * 40, "the index")
        demand(crc32c(index) == self.index_crc, "checksum of the index")
        self.chunks = []
        for at in range(0, len(index), 40):
            names = ("owner", "codec", "address", "length", "packed", "offset", "crc", "zero")
            self.chunks.append(dict(zip(names, struct.unpack_from("<IIQIIQII", index, at))))
        self.chunks.sort(key=lambda chunk: (chunk["owner"], chunk["address"]))

    def check_sense(self):
        demand(len(self.records[b"PROC"]) == 1, "not one process")
        demand(sum(thread["flags"] & 1 for thread in self.records[b"THRD"]) == 1,
               "not one main thread")
        demand(len(self.records[b"THRD"]) == self.process["threads"], "the number of threads")
        self.records[b"REGN"].sort(key=lambda region: region["start"])
        end = 0
        for region in self.records[b"REGN"]:
            demand(end <= region["start"] < region["end"], "regions overlap")
            demand((region["start"] | region["end"] | region["offset"]) % PAGE == 0,
                   "a region that does not consist of pages")
            demand(region["type"] < REGION_TYPES, "a region of type %d" % region["type"])
            end = region["end"]
        for descriptor in self.records[b"DESC"]:
            demand(self.unknown or descriptor["object"] in self.descriptions,
                   "a descriptor of nothing")
        pipes = [pipe["id"] for pipe in self.records[b"PIPE"]]
        for description in self.descriptions.values():
            demand(description["kind"] != "pipe-end" or description["pipe"] in pipes,
                   "the end of no pipe")
        for registration in self.records[b"EPRG"]:
            demand(self.unknown or registration["target"] in self.descriptions
                   and self.descriptions[registration["epoll"]]["kind"] == "epoll",
                   "a registration of nothing")
        demand(self.region_at(self.entry)["prot"] & 4, "an entry that cannot be executed")
        demand(self.region_at(self.anchor)["prot"] & 2, "an anchor that cannot be written")
        self.check_chunks()

    def check_chunks(self):
        last, end = None, 0
        for chunk in self.chunks:
            owner, address, length = chunk["owner"], chunk["address"], chunk["length"]
            demand(0 < length <= CHUNK_MAX and 0 < chunk["packed"] <= CHUNK_MAX,
                   "the size of a chunk")
            demand(length % PAGE == 0 and address % PAGE == 0 and chunk["zero"] == 0,
                   "a chunk that does not consist of pages")
            demand(owner != last or address >= end, "chunks overlap")
            last, end = owner, address + length
            if owner & SHARED:
                demand(end <= self.object_size(owner & ~SHARED), "a chunk behind its object")
            elif owner & EMBEDDED:
                demand(self.shows(owner & ~EMBEDDED, address, end), "a chunk that nothing shows")
            else:
                demand(owner == 0, "a chunk of process %d" % owner)
                region = self.region_at(address)
                kept = region["type"] < 2 or (region["type"] == 4 and region["file"]["size"])
                demand(kept and end <= region["end"], "a chunk beside its region")

    @property
    def process(self):
        return self.records[b"PROC"][0]

    def region_at(self, address):
        for region in self.records[b"REGN"]:
            if region["start"] <= address < region["end"]:
                return region
        raise Damaged("no region at %x" % address)

    def shows(self, number, start, end):
        """Whether a region shows this part of an embedded file."""
        return any(region["offset"] <= start and
                   end <= region["offset"] + region["end"] - region["start"]
                   for region in self.records[b"REGN"]
                   if number and region["type"] == 1 and region["object"] == number)

    def object_size(self, number):
        return max((region["offset"] + region["end"] - region["start"]
                    for region in self.records[b"REGN"]
                    if region["type"] == 3 and region["object"] == number), default=0)

    def unpack(self, chunk):
        if "pages" not in chunk:
            chunk["pages"] = self.unpack_once(chunk)
        return chunk["pages"]

    def unpack_once(self, chunk):
        packed = self.piece(chunk["offset"], chunk["packed"], "a chunk")
        demand(crc32c(packed) == chunk["crc"], "checksum of the chunk at %x" % chunk["address"])
        if chunk["codec"] == 0:
            demand(chunk["offset"] % PAGE == 0, "a raw chunk that cannot be mapped")
            pages = packed
        else:
            demand(chunk["codec"] == 1, "codec %d" % chunk["codec"])
            stream = zlib.decompressobj()
            try:
                pages = stream.decompress(packed, CHUNK_MAX + 1)
            except zlib.error as error:
                raise Damaged("zlib: %s" % error) from error
            demand(stream.eof and not stream.unused_data, "the end of a packed chunk")
        demand(len(pages) == chunk["length"], "the length of the chunk at %x" % chunk["address"])
        return pages

    def stored(self, owner, place):
        """A page out of a chunk, or None."""
        for chunk in self.chunks:
            if chunk["owner"] == owner and 0 <= place - chunk["address"] < chunk["length"]:
                at = place - chunk["address"]
                return self.unpack(chunk)[at:at + PAGE]
        return None

    def page(self, address):
        """4096 bytes: from a chunk, from the file, or zeros."""
        region = self.region_at(address)
        place = address - region["start"] + region["offset"]
        if region["type"] == 3:
            found = self.stored(SHARED | region["object"], place)
        else:
            found = self.stored(0, address)
        if found is None and region["type"] == 1 and region["object"]:
            found = self.stored(EMBEDDED | region["object"], place) or bytes(PAGE)
        if found is not None:
            return found
        if region["type"] in (1, 2):
            with open(region["file"]["path"], "rb") as file:
                file.seek(address - region["start"] + region["offset"])
                return file.read(PAGE).ljust(PAGE, b"\0")
        demand(region["type"] != 4, "the vDSO is not in the ghost")
        return bytes(PAGE)

    def memory(self, address, length):
        first = address - address % PAGE
        pages = [self.page(at) for at in range(first, address + length, PAGE)]
        return b"".join(pages)[address - first:address - first + length]


def arguments_of(ghost):
    return [part.decode(errors="replace")
            for part in ghost.process["arguments"].rstrip(b"\0").split(b"\0")]


def summary(ghost):
    process = ghost.process
    stored = packed = 0
    for chunk in ghost.chunks:
        stored += len(ghost.unpack(chunk))
        packed += chunk["packed"]
    print("%s, process %d of %s, by %s" % (" ".join(arguments_of(ghost)), process["pid"],
                                          process["host"], process["shim"]))
    print("%d threads, %d regions, %d guards, %d descriptors, %d pipes, %d locks" % tuple(
        len(ghost.records[tag]) for tag in (b"THRD", b"REGN", b"GUAR", b"DESC", b"PIPE",
                                            b"LOCK")))
    print("%d bytes of memory in %d chunks, packed to %d; every checksum is right" %
          (stored, len(ghost.chunks), packed))
    if ghost.unknown:
        print("%d records of unknown kinds" % ghost.unknown)


def main(arguments):
    if len(arguments) not in (1, 3):
        sys.exit(__doc__)
    try:
        ghost = Ghost(arguments[0])
        if len(arguments) == 3:
            sys.stdout.buffer.write(ghost.memory(int(arguments[1], 0), int(arguments[2], 0)))
        else:
            summary(ghost)
    except (Damaged, OSError) as error:
        sys.exit("%s: %s" % (arguments[0], error))


if __name__ == "__main__":
    main(sys.argv[1:])
