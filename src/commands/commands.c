/* placeholder */
typedef int commands_placeholder;
