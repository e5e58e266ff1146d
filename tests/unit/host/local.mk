# SPDX-License-Identifier: MIT

if HAVE_LIBPNG
UNIT_TESTS += tests/unit/host/test_picture_png
endif
tests_unit_host_test_picture_png_LDADD = $(HOST_LIBS) $(LIBPNG_LIBS) \
	$(CHECK_LIBS)
UNIT_TESTS += tests/unit/host/test_disk_image
tests_unit_host_test_disk_image_LDADD = $(HOST_LIBS) $(CHECK_LIBS)
UNIT_TESTS += tests/unit/host/test_output
tests_unit_host_test_output_LDADD = $(HOST_LIBS) $(CHECK_LIBS)
