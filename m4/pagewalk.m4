# Macros of our own for configure.ac.

# PAGEWALK_FLAGS(VARIABLE, FLAGS)
# Append to VARIABLE each of FLAGS that the C compiler knows. -Werror makes
# clang refuse what it would otherwise only warn about.
AC_DEFUN([PAGEWALK_FLAGS], [
    AC_REQUIRE([AC_PROG_CC])
    pagewalk_saved_cflags=$CFLAGS
    for pagewalk_flag in m4_normalize([$2]); do
        AS_VAR_PUSHDEF([cached], [pagewalk_cv_flag_$pagewalk_flag])
        AC_CACHE_CHECK([whether $CC knows $pagewalk_flag], [cached], [
            CFLAGS="-Werror $pagewalk_flag"
            AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
                              [AS_VAR_SET([cached], [yes])],
                              [AS_VAR_SET([cached], [no])])
        ])
        AS_VAR_IF([cached], [yes], [AS_VAR_APPEND([$1], [" $pagewalk_flag"])])
        AS_VAR_POPDEF([cached])
    done
    CFLAGS=$pagewalk_saved_cflags
])

# PAGEWALK_FEATURE(OPTION, VARIABLE, MODULE, LEFT-OUT)
# A library that the build works without. Unless --without-OPTION is given,
# ask pkg-config for MODULE. Sets VARIABLE_CFLAGS, VARIABLE_LIBS and the
# automake conditional HAVE_VARIABLE, and adds a line to the closing summary
# that says what is left out. --with-OPTION makes the library required.
AC_DEFUN([PAGEWALK_FEATURE], [
    AC_ARG_WITH([$1],
        [AS_HELP_STRING([--without-$1], [leave out: $4])],
        [], [with_$1=auto])
    have_[]$1=no
    AS_IF([test "x$with_$1" != xno], [
        PKG_CHECK_MODULES([$2], [$3], [have_[]$1=yes], [have_[]$1=no])
        AS_IF([test "x$with_$1" = xyes && test "x$have_[]$1" = xno],
              [AC_MSG_ERROR([--with-$1 was given, but $3 was not found])])
    ])
    AM_CONDITIONAL([HAVE_$2], [test "x$have_[]$1" = xyes])
    AS_IF([test "x$have_[]$1" = xyes],
          [pagewalk_line=`printf '    %-10s yes' '$1'`],
          [pagewalk_line=`printf '    %-10s no     left out: %s' '$1' '$4'`])
    AS_VAR_APPEND([pagewalk_summary], ["
$pagewalk_line"])
])

# PAGEWALK_GUEST_CC
# Find a compiler that makes freestanding i386 programs, and set GUEST_CC to
# it with the switch it needs. gcc comes first, whatever CC is, so that one
# guest image runs in everybody's tests. A GUEST_CC that the caller names is
# the only one tried.
AC_DEFUN([PAGEWALK_GUEST_CC], [
    AC_ARG_VAR([GUEST_CC], [compiler for freestanding i386 programs])
    AC_CACHE_CHECK([for a compiler of i386 guests], [pagewalk_cv_guest_cc], [
        pagewalk_cv_guest_cc=none
        cat > conftest.guest.c <<'_PAGEWALK'
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
_Static_assert(sizeof(void *) == 4, "a 32-bit target");
void _start(void);
void _start(void)
{
}
_PAGEWALK
        AS_IF([test -n "$GUEST_CC"],
              [pagewalk_tries=$GUEST_CC],
              [pagewalk_tries="gcc -m32
i686-linux-gnu-gcc
$CC -m32"])
        while IFS= read -r pagewalk_try; do
            AS_IF([$pagewalk_try -std=c11 -ffreestanding -nostdlib -static \
                       -fno-pic -no-pie -o conftest.guest.elf \
                       conftest.guest.c >&AS_MESSAGE_LOG_FD 2>&1],
                  [pagewalk_cv_guest_cc=$pagewalk_try; break])
        done <<_PAGEWALK
$pagewalk_tries
_PAGEWALK
        rm -f conftest.guest.c conftest.guest.elf
    ])
    GUEST_CC=
    AS_IF([test "x$pagewalk_cv_guest_cc" != xnone],
          [GUEST_CC=$pagewalk_cv_guest_cc])
    AM_CONDITIONAL([GUEST], [test -n "$GUEST_CC"])
])
