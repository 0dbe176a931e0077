/* placeholder */
typedef int env_placeholder;
