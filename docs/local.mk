# SPDX-License-Identifier: MIT

man1_MANS = docs/man/pagewalk.1 docs/man/pagewalk-trace.1
EXTRA_DIST += docs
