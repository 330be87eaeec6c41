;; Title: energy-token
;; Summary: One kWh of metered export, as a SIP-010 token with three decimals (one unit is one Wh), and certificates of its use.
;; Depends-On: sip-010-trait, governance-dao
;;
;; Only the oracle mints, and only what a final report says. Whoever uses the energy retires it: the tokens are burned and a
;; numbered certificate, which nobody can transfer, says for whom and why.

(impl-trait .sip-010-trait.sip-010-trait)

;; ---------------------------------------------------------------- errors

;; The sender of a transfer must be the caller (SIP-010).
(define-constant ERR-NOT-SENDER (err u4))
;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u2000))
;; The caller is not the contract that holds this role.
(define-constant ERR-NOT-PEER (err u2001))
;; Energy leaves a wallet only when its owner has called the market itself.
(define-constant ERR-INDIRECT-CALL (err u2002))
;; The amount is zero.
(define-constant ERR-ZERO-AMOUNT (err u2100))
;; There is no role of this name here.
(define-constant ERR-UNKNOWN-ROLE (err u2101))
;; The address is of another network: what is sent there is lost.
(define-constant ERR-WRONG-NETWORK (err u2102))
;; The caller holds less than that.
(define-constant ERR-BALANCE (err u2400))

;; ---------------------------------------------------------------- vars

(define-fungible-token kwh)
;; Until the DAO names its peers nobody holds these roles, not even the deployer: this contract never calls itself.
(define-data-var oracle principal current-contract)
(define-data-var market principal current-contract)
(define-data-var last-certificate uint u0)
(define-data-var token-uri (optional (string-utf8 256)) none)

;; ---------------------------------------------------------------- maps

(define-map certificates
  uint
  {
    owner: principal,
    beneficiary: principal,
    amount: uint,
    reason: (string-utf8 80),
    at: uint,
  }
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-name)
  (ok "WattConnect kWh")
)

(define-read-only (get-symbol)
  (ok "kWh")
)

(define-read-only (get-decimals)
  (ok u3)
)

(define-read-only (get-balance (who principal))
  (ok (ft-get-balance kwh who))
)

(define-read-only (get-total-supply)
  (ok (ft-get-supply kwh))
)

(define-read-only (get-token-uri)
  (ok (var-get token-uri))
)

(define-read-only (get-certificate (id uint))
  (map-get? certificates id)
)

(define-read-only (get-certificate-count)
  (var-get last-certificate)
)

(define-read-only (get-peer (role (string-ascii 20)))
  (if (is-eq role "energy-oracle")
    (some (var-get oracle))
    (if (is-eq role "marketplace")
      (some (var-get market))
      none
    )
  )
)

;; ---------------------------------------------------------------- checks

(define-private (check-dao)
  (ok (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
    ERR-NOT-DAO
  ))
)

;; ---------------------------------------------------------------- user functions

(define-public (transfer
    (amount uint)
    (sender principal)
    (recipient principal)
    (memo (optional (buff 34)))
  )
  (begin
    (asserts! (is-eq sender contract-caller) ERR-NOT-SENDER)
    (asserts! (is-standard recipient) ERR-WRONG-NETWORK)
    (try! (ft-transfer? kwh amount sender recipient))
    ;; @event transfer-memo (buff 34)
    (match memo
      text (begin
        (print text)
        true
      )
      true
    )
    (ok true)
  )
)

;; Burns the caller's energy as used by `beneficiary`, and makes a certificate of it.
(define-public (retire
    (amount uint)
    (beneficiary principal)
    (reason (string-utf8 80))
  )
  (let (
      (id (+ (var-get last-certificate) u1))
      (row {
        owner: contract-caller,
        beneficiary: beneficiary,
        amount: amount,
        reason: reason,
        at: stacks-block-time,
      })
      (result (merge row { id: id }))
    )
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (<= amount (ft-get-balance kwh contract-caller)) ERR-BALANCE)
    (try! (ft-burn? kwh amount contract-caller))
    (map-set certificates id row)
    (var-set last-certificate id)
    ;; @event energy-retired { id: uint, owner: principal, beneficiary: principal, amount: uint, reason: (string-utf8 80), at: uint }
    (print (merge { topic: "energy-retired" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- role functions

;; Mints what a final report says: the promised part into custody, the rest to the producer. Role energy-oracle.
(define-public (mint-export
    (custody uint)
    (custody-to principal)
    (surplus uint)
    (producer principal)
    (slot uint)
  )
  (let ((result {
      producer: producer,
      slot: slot,
      custody: custody,
      surplus: surplus,
      custody-to: custody-to,
    }))
    (asserts! (is-eq contract-caller (var-get oracle)) ERR-NOT-PEER)
    (asserts! (> (+ custody surplus) u0) ERR-ZERO-AMOUNT)
    ;; The VM refuses to mint nothing.
    (and (> custody u0) (try! (ft-mint? kwh custody custody-to)))
    (and (> surplus u0) (try! (ft-mint? kwh surplus producer)))
    ;; @event export-minted { producer: principal, slot: uint, custody: uint, surplus: uint, custody-to: principal }
    (print (merge { topic: "export-minted" } result))
    (ok result)
  )
)

;; Moves energy of the wallet that called the market into the market's hands. Role marketplace.
(define-public (hand-over
    (amount uint)
    (sender principal)
  )
  (let ((result {
      sender: sender,
      amount: amount,
    }))
    (asserts! (is-eq contract-caller (var-get market)) ERR-NOT-PEER)
    (asserts! (is-eq tx-sender sender) ERR-INDIRECT-CALL)
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (unwrap! (ft-transfer? kwh amount sender contract-caller) ERR-BALANCE)
    ;; @event energy-handed-over { sender: principal, amount: uint }
    (print (merge { topic: "energy-handed-over" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- DAO functions

(define-public (set-token-uri (uri (optional (string-utf8 256))))
  (let ((result { uri: uri }))
    (try! (check-dao))
    (var-set token-uri uri)
    ;; @event token-uri-changed { uri: (optional (string-utf8 256)) }
    (print (merge { topic: "token-uri-changed" } result))
    (ok result)
  )
)

(define-public (set-peer
    (role (string-ascii 20))
    (who principal)
  )
  (let ((result {
      role: role,
      who: who,
    }))
    (try! (check-dao))
    (asserts! (or (is-eq role "energy-oracle") (is-eq role "marketplace"))
      ERR-UNKNOWN-ROLE
    )
    (if (is-eq role "energy-oracle")
      (var-set oracle who)
      (var-set market who)
    )
    ;; @event peer-changed { role: (string-ascii 20), who: principal }
    (print (merge { topic: "peer-changed" } result))
    (ok result)
  )
)
