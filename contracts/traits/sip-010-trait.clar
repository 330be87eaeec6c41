;; Title: sip-010-trait
;; Summary: The fungible token standard of Stacks (SIP-010), as deployed on mainnet.
(define-trait sip-010-trait
  (
    ;; (amount, sender, recipient, memo). Errors: u1 balance too small, u2 sender is recipient, u3 amount zero, u4 not the sender.
    (transfer (uint principal principal (optional (buff 34))) (response bool uint))
    (get-name () (response (string-ascii 32) uint))
    (get-symbol () (response (string-ascii 32) uint))
    (get-decimals () (response uint uint))
    (get-balance (principal) (response uint uint))
    (get-total-supply () (response uint uint))
    (get-token-uri () (response (optional (string-utf8 256)) uint))
  )
)
