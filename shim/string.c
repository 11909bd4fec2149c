/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The string functions of libc, for the shim alone. */

/* Zone: bare.  libc's can be taken over by others in the same program: a
 * sanitizer's memcpy() looks up whether the bytes may be touched, and a
 * checkpoint touches all of them.  These are hidden, so that the linker binds the
 * shim's calls here and nobody else sees them.  Short rather than fast: what is
 * large is moved by the processor's own string instructions. */

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *one, const void *other, size_t size);
void *memchr(const void *data, int value, size_t size);
size_t strlen(const char *string);
size_t strnlen(const char *string, size_t most);
int strcmp(const char *one, const char *other);
int strncmp(const char *one, const char *other, size_t most);
char *strchrnul(const char *string, int value);
char *strchr(const char *string, int value);
char *strrchr(const char *string, int value);
char *strstr(const char *string, const char *part);
char *strcpy(char *to, const char *from);

void *memcpy(void *to, const void *from, size_t size)
{
	void *place = to;

	__asm__ volatile("rep movsb" : "+D"(place), "+S"(from), "+c"(size) : : "memory");
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *bytes = to;
	const unsigned char *source = from;

	if (bytes <= source || bytes >= source + size)
		return memcpy(to, from, size);
	while (size--)
		bytes[size] = source[size];
	return to;
}

void *memset(void *to, int value, size_t size)
{
	void *place = to;

	__asm__ volatile("rep stosb" : "+D"(place), "+c"(size) : "a"(value) : "memory");
	return to;
}

int memcmp(const void *one, const void *other, size_t size)
{
	const unsigned char *a = one, *b = other;

	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *data, int value, size_t size)
{
	const unsigned char *bytes = data;

	for (; size; size--, bytes++)
		if (*bytes == (unsigned char)value)
			return (void *)(uintptr_t)bytes;
	return NULL;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}

size_t strnlen(const char *string, size_t most)
{
	size_t length = 0;

	while (length < most && string[length])
		length++;
	return length;
}

int strncmp(const char *one, const char *other, size_t most)
{
	for (; most; most--, one++, other++)
		if (*one != *other || !*one)
			return (unsigned char)*one - (unsigned char)*other;
	return 0;
}

int strcmp(const char *one, const char *other)
{
	return strncmp(one, other, SIZE_MAX);
}

char *strchrnul(const char *string, int value)
{
	while (*string && *string != (char)value)
		string++;
	return (char *)(uintptr_t)string;
}

char *strchr(const char *string, int value)
{
	char *found = strchrnul(string, value);

	return *found == (char)value ? found : NULL;
}

char *strrchr(const char *string, int value)
{
	size_t length = strlen(string) + 1;

	while (length--)
		if (string[length] == (char)value)
			return (char *)(uintptr_t)(string + length);
	return NULL;
}

char *strstr(const char *string, const char *part)
{
	size_t length = strlen(part);

	for (; *string; string++)
		if (!strncmp(string, part, length))
			return (char *)(uintptr_t)string;
	return length ? NULL : (char *)(uintptr_t)string;
}

char *strcpy(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}
