/* placeholder */
typedef int door_placeholder;
