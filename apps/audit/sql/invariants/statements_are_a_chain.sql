-- Statements of a bank account follow each other without gaps, each opening where the one before closed
SELECT bank_account_id, number, statement_id, opening, before_number, before_closing
  FROM (SELECT bank_account_id, number, statement_id, opening,
               lag(number, 1, 0) OVER chain AS before_number, lag(closing) OVER chain AS before_closing
          FROM reconciliation_statement WHERE number IS NOT NULL
        WINDOW chain AS (PARTITION BY bank_account_id ORDER BY number)) AS statement
 WHERE number <> before_number + 1 OR opening <> before_closing
