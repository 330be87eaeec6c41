;; Title: test-btc
;; Summary: What sBTC looks like to the contracts, for tests and development networks: everybody can make more of it.
;; Depends-On: sip-010-trait
;;
;; Like sBTC it has 8 decimals, lets the sender or the contract that calls in its own name move coins, and keeps those that are on
;; their way back to Bitcoin as a second token: they are in the balance and cannot be moved.

(impl-trait .sip-010-trait.sip-010-trait)

;; The sender of a transfer must have signed it, or be the contract that asks for it (SIP-010).
(define-constant ERR-NOT-SENDER (err u4))

(define-fungible-token test-btc)
(define-fungible-token test-btc-locked)

(define-read-only (get-name)
  (ok "Test Bitcoin")
)

(define-read-only (get-symbol)
  (ok "TBTC")
)

(define-read-only (get-decimals)
  (ok u8)
)

(define-read-only (get-balance (who principal))
  (ok (+ (ft-get-balance test-btc who) (ft-get-balance test-btc-locked who)))
)

(define-read-only (get-total-supply)
  (ok (+ (ft-get-supply test-btc) (ft-get-supply test-btc-locked)))
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
    (asserts! (or (is-eq tx-sender sender) (is-eq contract-caller sender))
      ERR-NOT-SENDER
    )
    (try! (ft-transfer? test-btc amount sender recipient))
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
  (ft-mint? test-btc amount to)
)

;; Sends the caller's coins on their way back to Bitcoin.
(define-public (lock (amount uint))
  (begin
    (try! (ft-burn? test-btc amount contract-caller))
    (ft-mint? test-btc-locked amount contract-caller)
  )
)
