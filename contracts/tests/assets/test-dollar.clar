;; Title: test-dollar
;; Summary: What a stablecoin looks like to the contracts, for tests and development networks: everybody can make more of it.
;; Depends-On: sip-010-trait

(impl-trait .sip-010-trait.sip-010-trait)

;; The sender of a transfer must have signed it (SIP-010).
(define-constant ERR-NOT-SENDER (err u4))

(define-fungible-token test-dollar)

(define-read-only (get-name)
  (ok "Test Dollar")
)

(define-read-only (get-symbol)
  (ok "TUSD")
)

(define-read-only (get-decimals)
  (ok u6)
)

(define-read-only (get-balance (who principal))
  (ok (ft-get-balance test-dollar who))
)

(define-read-only (get-total-supply)
  (ok (ft-get-supply test-dollar))
)

(define-read-only (get-token-uri)
  (ok none)
)

(define-public (transfer
    (amount uint)
    (sender principal)
    (recipient principal)
    (memo (optional (buff 34)))
  )
  (begin
    (asserts! (is-eq tx-sender sender) ERR-NOT-SENDER)
    (try! (ft-transfer? test-dollar amount sender recipient))
    (match memo
      text (print text)
      0x
    )
    (ok true)
  )
)

(define-public (mint
    (amount uint)
    (to principal)
  )
  (ft-mint? test-dollar amount to)
)
