# As Debian hardens its packages; no path of the one who builds stays in.
add_compile_options(-fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
  -Wformat -Werror=format-security
  # With fortified headers GCC does not take a cast to void for an answer.
  -Wno-unused-result
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
add_link_options(-pie -Wl,-z,relro -Wl,-z,now)
