# SPDX-License-Identifier: MIT

check_PROGRAMS += tests/vectors/replay
tests_vectors_replay_CPPFLAGS = $(AM_CPPFLAGS)
if HAVE_LIBZSTD
tests_vectors_replay_CPPFLAGS += $(LIBZSTD_CFLAGS) -DPAGEWALK_ZSTD
endif
tests_vectors_replay_LDADD = $(CPU_LIBS) $(LIBZSTD_LIBS)
tests_vectors_replay_SOURCES =
tests_vectors_replay_SOURCES += tests/vectors/encoding.c
tests_vectors_replay_SOURCES += tests/vectors/harness.c tests/vectors/harness.h
tests_vectors_replay_SOURCES += tests/vectors/hwv1.c tests/vectors/hwv1.h
tests_vectors_replay_SOURCES += tests/vectors/hwv1_parse.c
tests_vectors_replay_SOURCES += tests/vectors/hwv1_x87.c
tests_vectors_replay_SOURCES += tests/vectors/lines.c tests/vectors/lines.h
tests_vectors_replay_SOURCES += tests/vectors/real286.c tests/vectors/real286.h
tests_vectors_replay_SOURCES += tests/vectors/real286_parse.c
tests_vectors_replay_SOURCES += tests/vectors/replay.c tests/vectors/replay.h
tests_vectors_replay_SOURCES += tests/vectors/sysv1.c
tests_vectors_replay_SOURCES += tests/vectors/tally.c tests/vectors/tally.h

SCRIPT_TESTS += tests/vectors/check-vectors

EXTRA_DIST += tests/data/vectors/README.md
EXTRA_DIST += tests/data/vectors/hwv1.md tests/data/vectors/sysv1.md
EXTRA_DIST += tests/data/vectors/int.hwv1.zst tests/data/vectors/seg.hwv1.zst
EXTRA_DIST += tests/data/vectors/x87.hwv1.zst
EXTRA_DIST += tests/data/vectors/real286.jsonl.zst
EXTRA_DIST += tests/data/vectors/sys.sysv1.zst
