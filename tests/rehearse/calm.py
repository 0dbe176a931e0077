"""A world in which nothing goes wrong by chance: what is left is what the test made."""
CALM = [word for name in ('absence', 'work_variation', 'carrier_late', 'supplier_late', 'supplier_short', 'payment_failure', 'mind_change', 'wrong_share',
                          'return_share') for word in ('--assume', f'{name}=0')]
