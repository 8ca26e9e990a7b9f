-- Statements of a bank account follow each other without gaps, each opening where the one before closed, day after day
SELECT bank_account_id, number, statement_id, opening, before_number, before_closing, closes_on, before_closes_on
  FROM (SELECT bank_account_id, number, statement_id, opening, closes_on,
               lag(number, 1, 0) OVER chain AS before_number, lag(closing) OVER chain AS before_closing,
               lag(closes_on) OVER chain AS before_closes_on
          FROM reconciliation_statement WHERE number IS NOT NULL
        WINDOW chain AS (PARTITION BY bank_account_id ORDER BY number)) AS statement
 WHERE number <> before_number + 1 OR opening <> before_closing OR closes_on < before_closes_on
