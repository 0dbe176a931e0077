/* placeholder */
typedef int report_placeholder;
