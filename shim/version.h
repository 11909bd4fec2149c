/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version that goes into every ghost. */
#ifndef SHIM_VERSION_H
#define SHIM_VERSION_H

#include "config.h"

#define SHIM_VERSION PACKAGE_STRING

#endif
