/* SPDX-License-Identifier: MIT */
/*
 * runner: forks, and the child becomes another program.
 */
#include "user/user.h"

int main(const char *argument)
{
    int pid;

    say("parent: pid %d forks; the child becomes /bin/answer", getpid());
    pid = fork();
    if (pid == 0) {
        say("execve of nothing = %d", execve("/bin/nothing", NULL));
        say("execve of a text = %d", execve("/etc/text", NULL));
        execve("/bin/answer", argument);
        return 1;
    }
    wait_and_say(pid);
    return 0;
}
