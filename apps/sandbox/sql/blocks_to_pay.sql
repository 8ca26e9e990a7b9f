-- The payments of a book that are due on a day, by the blocks of their files; those that are booked singly apart.
SELECT file_id, payment_information_id, singly, sum(amount)::bigint, count(*)
  FROM sandbox_order
 WHERE book_id = %s AND debit_id IS NULL AND pay_on <= %s
 GROUP BY file_id, payment_information_id, singly
 ORDER BY file_id, payment_information_id
