/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the program's epoll instances wait for, registered again. */
#include "registrations.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "say.h"

static int number_of(const struct image *image, uint32_t object)
{
	for (size_t i = 0; i < image->descriptor_count; i++)
		if (image->descriptors[i].object == object)
			return (int)image->descriptors[i].fd;
	return -1;
}

/* Tried with an instance that nobody waits for. */
void registrations_check(const struct revived *revived, const struct image *image)
{
	int trial = image->registration_count ? epoll_create1(EPOLL_CLOEXEC) : -1;

	for (size_t i = 0; i < image->registration_count && trial >= 0; i++) {
		uint32_t target = image->registrations[i].target;
		struct epoll_event none = { .events = 0 };

		if (epoll_ctl(trial, EPOLL_CTL_ADD, revive_fd_of(revived, image, target), &none) &&
		    errno == EPERM)
			warn("descriptor %d of the program is now a file or a device that epoll "
			     "cannot wait for; the program will not hear of it",
			     number_of(image, target));
	}
	if (trial >= 0)
		close(trial);
}

/* The kernel takes note of the number, so the target stands there for a moment; what it
 * had there is closed, which ends nothing, for the description lives on above. */
static int register_one(const struct revived *revived, const struct image *image,
			const struct registration_ghost *registration)
{
	int epoll = revive_fd_of(revived, image, registration->epoll);
	int target = revive_fd_of(revived, image, registration->target);
	int error;

	if (dup2(target, (int)registration->fd) < 0)
		return -errno;
	error = registration_revive(epoll, registration);
	close((int)registration->fd);
	/* registrations_check() has said so. */
	return error == -EPERM ? 0 : error;
}

int registrations_revive(const struct revived *revived, const struct image *image)
{
	int error = 0;

	for (int spent = 1; spent >= 0; spent--)
		for (size_t i = 0; i < image->registration_count && !error; i++)
			if (registration_is_spent(&image->registrations[i]) == spent)
				error = register_one(revived, image, &image->registrations[i]);
	return error;
}
