;; Title: user-registry
;; Summary: Households, their meters, and the certification of producers with its whole history.
;; Depends-On: governance-dao, reputation-system
;;
;; All that a trade must know of a household stands in one row. A household whose meter was read by a meter-reader is verified
;; and a member of the DAO; a producer with a certificate may sell. Only a coarse grid cell is ever written here.

;; ---------------------------------------------------------------- errors

;; The caller is neither the DAO nor the proposal that it executes.
(define-constant ERR-NOT-DAO (err u1000))
;; The caller may not do this: it needs a higher level as a certifier.
(define-constant ERR-NOT-CERTIFIER (err u1001))
;; Nobody certifies or verifies itself.
(define-constant ERR-SELF (err u1002))
;; A call that takes money must come from the wallet itself, not through another contract.
(define-constant ERR-INDIRECT-CALL (err u1003))
;; The role is 1 (consumer), 2 (producer) or 3 (both).
(define-constant ERR-ROLE (err u1100))
;; The cell is not an H3 cell of resolution 7.
(define-constant ERR-CELL (err u1101))
;; The device key has another length than its algorithm asks for.
(define-constant ERR-DEVICE-KEY (err u1102))
;; The quality of a meter is 1, 2 or 3.
(define-constant ERR-QUALITY (err u1103))
;; The monthly production is below the minimum or above the maximum.
(define-constant ERR-CAPACITY (err u1104))
;; The peak power is zero or above the maximum.
(define-constant ERR-PEAK (err u1105))
;; The monthly production is more than the peak power gives in a month.
(define-constant ERR-CAPACITY-OVER-PEAK (err u1106))
;; The source is solar, wind, hydro, biomass or battery.
(define-constant ERR-SOURCE (err u1107))
;; A certifier's level is 1 (meter-reader), 2 (certifier) or 3 (auditor).
(define-constant ERR-LEVEL (err u1108))
;; There is no such privacy switch.
(define-constant ERR-PRIVACY (err u1109))
;; A reason must be given.
(define-constant ERR-NO-REASON (err u1110))
;; No connection of a household carries so much.
(define-constant ERR-LOAD (err u1111))
;; This household is registered already.
(define-constant ERR-REGISTERED (err u1200))
;; This household is not registered.
(define-constant ERR-NOT-REGISTERED (err u1201))
;; This household has left.
(define-constant ERR-INACTIVE (err u1202))
;; This household has not left.
(define-constant ERR-ACTIVE (err u1203))
;; This device belongs to a household already.
(define-constant ERR-METER-TAKEN (err u1204))
;; This household has no meter.
(define-constant ERR-NO-METER (err u1205))
;; The meter is verified already.
(define-constant ERR-METER-VERIFIED (err u1206))
;; The household does not produce.
(define-constant ERR-NOT-PRODUCER (err u1207))
;; The producer is certified already.
(define-constant ERR-CERTIFIED (err u1208))
;; The producer is not certified.
(define-constant ERR-NOT-CERTIFIED (err u1209))
;; An application is waiting already.
(define-constant ERR-PENDING (err u1210))
;; No application is waiting.
(define-constant ERR-NO-APPLICATION (err u1211))
;; The household's meter has not been verified.
(define-constant ERR-NOT-VERIFIED (err u1212))
;; Registration is paused.
(define-constant ERR-PAUSED (err u1213))
;; The new floor must be above the old one.
(define-constant ERR-NONCE-FLOOR (err u1214))
;; This principal is no certifier.
(define-constant ERR-UNKNOWN-CERTIFIER (err u1215))
;; The fee cannot be paid.
(define-constant ERR-FEE (err u1400))

;; ---------------------------------------------------------------- constants

(define-constant BIT-CONSUMER u1)
(define-constant BIT-PRODUCER u2)
(define-constant BIT-VERIFIED u4)
(define-constant BIT-CERTIFIED u8)
(define-constant BIT-INACTIVE u16)
(define-constant ROLES u3)

(define-constant LEVEL-METER-READER u1)
(define-constant LEVEL-CERTIFIER u2)
(define-constant LEVEL-AUDITOR u3)

(define-constant ED25519 u1)
(define-constant SECP256K1 u2)

;; Share location 1, share energy data 2, public profile 4.
(define-constant ALL-PRIVACY u7)
(define-constant PAUSE-REGISTRATION u1)
;; Hours of the longest month: nothing produces more than its peak in each of them.
(define-constant HOURS-A-MONTH u744)
;; The most that a reader may say of a connection, in W: as much as the DAO may ever allow those of whom nothing was said.
(define-constant MAX-LOAD-W u1000000)

(define-constant ACTION-APPLIED u1)
(define-constant ACTION-CERTIFIED u2)
(define-constant ACTION-REJECTED u3)
(define-constant ACTION-REVOKED u4)

;; ---------------------------------------------------------------- vars

(define-data-var last-meter uint u0)

;; ---------------------------------------------------------------- maps

(define-map users
  principal
  {
    bits: uint,
    cell: uint,
    capacity-wh: uint,
    peak-w: uint,
    nonce-floor: uint,
    meter: uint,
    load-w: uint,
  }
)
(define-map profiles
  principal
  {
    profile-hash: (buff 32),
    privacy: uint,
    since: uint,
    moved-at: uint,
  }
)
(define-map meters
  uint
  {
    household: principal,
    device-key: (buff 33),
    algorithm: uint,
    quality: uint,
  }
)
;; A device that a meter-reader has seen is bound to its household for ever. Naming a key binds nothing: a stranger who copies
;; it cannot keep its owner out.
(define-map meter-of-key
  (buff 33)
  uint
)
(define-map applications
  principal
  {
    capacity-kwh: uint,
    peak-w: uint,
    source: (string-ascii 20),
    pending: bool,
  }
)
;; Only ever added to: it survives a revocation and a new application.
(define-map certification-history
  {
    producer: principal,
    seq: uint,
  }
  {
    action: uint,
    by: principal,
    reason: (string-utf8 50),
    capacity-kwh: uint,
    peak-w: uint,
    source: (string-ascii 20),
    at: uint,
  }
)
(define-map history-length
  principal
  uint
)
(define-map certifiers
  principal
  uint
)

;; ---------------------------------------------------------------- read-only

(define-read-only (get-user (who principal))
  (map-get? users who)
)

(define-read-only (get-users (who (list 50 principal)))
  (map get-user who)
)

(define-read-only (get-pair (row {
  seller: principal,
  buyer: principal,
}))
  {
    seller: (map-get? users (get seller row)),
    buyer: (map-get? users (get buyer row)),
  }
)

(define-read-only (get-pairs (rows (list 50 {
  seller: principal,
  buyer: principal,
})))
  (map get-pair rows)
)

(define-read-only (get-profile (who principal))
  (map-get? profiles who)
)

;; When the household came to its present cell; none if it is unknown.
(define-read-only (get-moved-at (who principal))
  (get moved-at (map-get? profiles who))
)

(define-read-only (get-meter (id uint))
  (map-get? meters id)
)

(define-read-only (get-meter-of-key (device-key (buff 33)))
  (map-get? meter-of-key device-key)
)

(define-read-only (is-certified (producer principal))
  (has (default-to u0 (get bits (map-get? users producer))) BIT-CERTIFIED)
)

;; All that is known of a producer, in one look.
(define-read-only (get-producer-data (producer principal))
  (match (map-get? users producer)
    row (some {
      certified: (has (get bits row) BIT-CERTIFIED),
      verified: (has (get bits row) BIT-VERIFIED),
      capacity-wh: (get capacity-wh row),
      peak-w: (get peak-w row),
      meter: (get meter row),
      application: (map-get? applications producer),
      entries: (get-history-length producer),
    })
    none
  )
)

(define-read-only (get-application (producer principal))
  (map-get? applications producer)
)

(define-read-only (get-certification-history
    (producer principal)
    (seq uint)
  )
  (map-get? certification-history {
    producer: producer,
    seq: seq,
  })
)

(define-read-only (get-history-length (producer principal))
  (default-to u0 (map-get? history-length producer))
)

(define-read-only (get-certifier-level (who principal))
  (default-to u0 (map-get? certifiers who))
)

(define-read-only (get-certification-fee)
  (contract-call? .governance-dao get-parameter "certification-fee")
)

;; Least and most kWh a month that a producer can be certified for.
(define-read-only (get-production-bounds)
  {
    min: (contract-call? .governance-dao get-parameter "min-production-kwh"),
    max: (contract-call? .governance-dao get-parameter "max-production-kwh"),
  }
)

;; ---------------------------------------------------------------- checks

(define-private (has
    (bits uint)
    (bit uint)
  )
  (> (bit-and bits bit) u0)
)

(define-private (check-dao)
  (ok (asserts! (contract-call? .governance-dao is-dao-call contract-caller)
    ERR-NOT-DAO
  ))
)

(define-private (check-level (level uint))
  (ok (asserts! (>= (get-certifier-level contract-caller) level)
    ERR-NOT-CERTIFIER
  ))
)

;; The row of a household that has not left.
(define-private (check-active (who principal))
  (let ((row (unwrap! (map-get? users who) ERR-NOT-REGISTERED)))
    (asserts! (not (has (get bits row) BIT-INACTIVE)) ERR-INACTIVE)
    (ok row)
  )
)

(define-private (check-role (role uint))
  (ok (asserts! (and (>= role BIT-CONSUMER) (<= role ROLES)) ERR-ROLE))
)

;; An H3 index of a cell (mode 1) at resolution 7, with every finer digit unused.
(define-private (check-cell (cell uint))
  (ok (asserts!
    (and
      (is-eq (bit-shift-right cell u59) u1)
      (is-eq (bit-and (bit-shift-right cell u52) u15) u7)
      (is-eq (bit-and cell u16777215) u16777215)
    )
    ERR-CELL
  ))
)

(define-private (check-source (source (string-ascii 20)))
  (ok (asserts!
    (or (is-eq source "solar") (is-eq source "wind") (is-eq source "hydro")
      (is-eq source "biomass") (is-eq source "battery")
    )
    ERR-SOURCE
  ))
)

;; ---------------------------------------------------------------- user functions

(define-public (register
    (role uint)
    (cell uint)
    (profile-hash (buff 32))
  )
  (let (
      (now stacks-block-time)
      (who contract-caller)
      (result {
        household: who,
        role: role,
        cell: cell,
        profile-hash: profile-hash,
        at: now,
      })
    )
    (asserts! (not (contract-call? .governance-dao is-paused PAUSE-REGISTRATION))
      ERR-PAUSED
    )
    (try! (check-role role))
    (try! (check-cell cell))
    (asserts!
      (map-insert users who {
        bits: role,
        cell: cell,
        capacity-wh: u0,
        peak-w: u0,
        nonce-floor: u0,
        meter: u0,
        load-w: u0,
      })
      ERR-REGISTERED
    )
    (map-set profiles who {
      profile-hash: profile-hash,
      privacy: u0,
      since: now,
      moved-at: now,
    })
    (try! (contract-call? .reputation-system record-signup who))
    ;; @event household-registered { household: principal, role: uint, cell: uint, profile-hash: (buff 32), at: uint }
    (print (merge { topic: "household-registered" } result))
    (ok result)
  )
)

;; Moving to another cell, or a new description. The cell of trades that are open stays theirs: their wires were charged.
(define-public (update-profile
    (cell uint)
    (profile-hash (buff 32))
  )
  (let (
      (who contract-caller)
      (row (try! (check-active who)))
      (profile (unwrap! (map-get? profiles who) ERR-NOT-REGISTERED))
      (result {
        household: who,
        cell: cell,
        profile-hash: profile-hash,
      })
    )
    (try! (check-cell cell))
    (map-set users who (merge row { cell: cell }))
    (map-set profiles who
      (merge profile {
        profile-hash: profile-hash,
        moved-at: (if (is-eq cell (get cell row))
          (get moved-at profile)
          stacks-block-time
        ),
      })
    )
    ;; @event profile-updated { household: principal, cell: uint, profile-hash: (buff 32) }
    (print (merge { topic: "profile-updated" } result))
    (ok result)
  )
)

;; Becomes a consumer, a producer or both. Whoever stops producing loses the certificate with it.
(define-public (set-role (role uint))
  (let (
      (who contract-caller)
      (row (try! (check-active who)))
      (kept (bit-and (get bits row)
        (if (has role BIT-PRODUCER)
          (+ BIT-VERIFIED BIT-CERTIFIED)
          BIT-VERIFIED
        )))
      (bits (+ role kept))
      (result {
        household: who,
        role: role,
        bits: bits,
      })
    )
    (try! (check-role role))
    (map-set users who (merge row { bits: bits }))
    (if (and (has (get bits row) BIT-CERTIFIED) (not (has bits BIT-CERTIFIED)))
      (begin
        (withdraw-certificate who who u"stopped producing"
          (unwrap! (map-get? applications who) ERR-NO-APPLICATION)
        )
        true
      )
      false
    )
    ;; @event role-changed { household: principal, role: uint, bits: uint }
    (print (merge { topic: "role-changed" } result))
    (ok result)
  )
)

(define-public (set-privacy (bits uint))
  (let (
      (who contract-caller)
      (result {
        household: who,
        bits: bits,
      })
    )
    (try! (check-active who))
    (asserts! (<= bits ALL-PRIVACY) ERR-PRIVACY)
    (map-set profiles who
      (merge (unwrap! (map-get? profiles who) ERR-NOT-REGISTERED) { privacy: bits })
    )
    ;; @event privacy-changed { household: principal, bits: uint }
    (print (merge { topic: "privacy-changed" } result))
    (ok result)
  )
)

;; Leaves: no new trade, no vote. What is owed is paid out as ever.
(define-public (deactivate)
  (let (
      (who contract-caller)
      (row (try! (check-active who)))
      (result { household: who })
    )
    (map-set users who (merge row { bits: (+ (get bits row) BIT-INACTIVE) }))
    (try! (keep-member who (get bits row) false))
    ;; @event household-deactivated { household: principal }
    (print (merge { topic: "household-deactivated" } result))
    (ok result)
  )
)

(define-public (reactivate)
  (let (
      (who contract-caller)
      (row (unwrap! (map-get? users who) ERR-NOT-REGISTERED))
      (result { household: who })
    )
    (asserts! (has (get bits row) BIT-INACTIVE) ERR-ACTIVE)
    (map-set users who (merge row { bits: (- (get bits row) BIT-INACTIVE) }))
    (try! (keep-member who (get bits row) true))
    ;; @event household-reactivated { household: principal }
    (print (merge { topic: "household-reactivated" } result))
    (ok result)
  )
)

;; Binds a device to the caller, in place of the one before. The new one has to be verified before the household trades again.
(define-public (register-meter
    (device-key (buff 33))
    (algorithm uint)
  )
  (let (
      (who contract-caller)
      (row (try! (check-active who)))
      (id (+ (var-get last-meter) u1))
      (result {
        meter: id,
        household: who,
        device-key: device-key,
        algorithm: algorithm,
      })
    )
    (asserts!
      (or
        (and (is-eq algorithm ED25519) (is-eq (len device-key) u32))
        (and (is-eq algorithm SECP256K1) (is-eq (len device-key) u33))
      )
      ERR-DEVICE-KEY
    )
    (asserts! (is-none (map-get? meter-of-key device-key)) ERR-METER-TAKEN)
    (map-set meters id {
      household: who,
      device-key: device-key,
      algorithm: algorithm,
      quality: u0,
    })
    (var-set last-meter id)
    (map-set users who
      (merge row {
        bits: (bit-and (get bits row) (bit-not BIT-VERIFIED)),
        meter: id,
      })
    )
    (try! (keep-member who (get bits row) false))
    ;; @event meter-registered { meter: uint, household: principal, device-key: (buff 33), algorithm: uint }
    (print (merge { topic: "meter-registered" } result))
    (ok result)
  )
)

;; Asks for a certificate as a producer: energy in kWh a month, peak power in W. The fee goes to the DAO's treasury.
(define-public (apply-for-certification
    (capacity-kwh uint)
    (peak-w uint)
    (source (string-ascii 20))
  )
  (let (
      (who contract-caller)
      (row (try! (check-active who)))
      (fee (get-certification-fee))
    )
    (asserts! (is-eq tx-sender who) ERR-INDIRECT-CALL)
    (asserts! (has (get bits row) BIT-PRODUCER) ERR-NOT-PRODUCER)
    (asserts! (not (has (get bits row) BIT-CERTIFIED)) ERR-CERTIFIED)
    (asserts!
      (not (default-to false (get pending (map-get? applications who))))
      ERR-PENDING
    )
    (asserts!
      (and
        (>= capacity-kwh
          (contract-call? .governance-dao get-parameter "min-production-kwh")
        )
        (<= capacity-kwh
          (contract-call? .governance-dao get-parameter "max-production-kwh")
        )
      )
      ERR-CAPACITY
    )
    (asserts!
      (and
        (> peak-w u0)
        (<= peak-w (contract-call? .governance-dao get-parameter "max-peak-w"))
      )
      ERR-PEAK
    )
    (asserts! (<= (* capacity-kwh u1000) (* peak-w HOURS-A-MONTH))
      ERR-CAPACITY-OVER-PEAK
    )
    (try! (check-source source))
    (unwrap! (stx-transfer? fee tx-sender .governance-dao) ERR-FEE)
    (map-set applications who {
      capacity-kwh: capacity-kwh,
      peak-w: peak-w,
      source: source,
      pending: true,
    })
    (let (
        (noted (note who who ACTION-APPLIED u"" capacity-kwh peak-w source))
        (result {
          producer: who,
          capacity-kwh: capacity-kwh,
          peak-w: peak-w,
          source: source,
          fee: fee,
          seq: (get seq noted),
          at: (get at noted),
        })
      )
      ;; @event certification-applied { producer: principal, capacity-kwh: uint, peak-w: uint, source: (string-ascii 20), fee: uint,
      ;;   seq: uint, at: uint }
      (print (merge { topic: "certification-applied" } result))
      (ok result)
    )
  )
)

;; Withdraws every signed order of the caller with a nonce below this one, at once.
(define-public (cancel-signed-below (nonce uint))
  (let (
      (who contract-caller)
      (row (unwrap! (map-get? users who) ERR-NOT-REGISTERED))
      (result {
        maker: who,
        nonce: nonce,
      })
    )
    (asserts! (> nonce (get nonce-floor row)) ERR-NONCE-FLOOR)
    (map-set users who (merge row { nonce-floor: nonce }))
    ;; @event signed-cancelled-below { maker: principal, nonce: uint }
    (print (merge { topic: "signed-cancelled-below" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- role functions

;; A meter-reader has seen the device at the household. Quality 1 low, 2 medium, 3 high. load-w: the sanctioned load of the connection,
;; which bounds what the household buys of an hour; 0 if it does not say.
(define-public (verify-meter
    (household principal)
    (quality uint)
    (load-w uint)
  )
  (begin
    (try! (check-level LEVEL-METER-READER))
    (asserts! (not (is-eq household contract-caller)) ERR-SELF)
    (asserts! (and (>= quality u1) (<= quality u3)) ERR-QUALITY)
    (asserts! (<= load-w MAX-LOAD-W) ERR-LOAD)
    (let (
        (row (try! (check-active household)))
        (id (get meter row))
        (meter (unwrap! (map-get? meters id) ERR-NO-METER))
        (bits (bit-or (get bits row) BIT-VERIFIED))
        (result {
          meter: id,
          household: household,
          by: contract-caller,
          quality: quality,
          load-w: load-w,
        })
      )
      (asserts! (not (has (get bits row) BIT-VERIFIED)) ERR-METER-VERIFIED)
      (asserts! (map-insert meter-of-key (get device-key meter) id)
        ERR-METER-TAKEN
      )
      (map-set users household
        (merge row {
          bits: bits,
          load-w: load-w,
        })
      )
      (map-set meters id (merge meter { quality: quality }))
      (try! (keep-member household bits true))
      (try! (contract-call? .reputation-system record-meter household id quality))
      ;; @event meter-verified { meter: uint, household: principal, by: principal, quality: uint, load-w: uint }
      (print (merge { topic: "meter-verified" } result))
      (ok result)
    )
  )
)

(define-public (certify-producer (producer principal))
  (begin
    (try! (check-level LEVEL-CERTIFIER))
    (asserts! (not (is-eq producer contract-caller)) ERR-SELF)
    (let (
        (row (try! (check-active producer)))
        (application (try! (check-pending producer)))
      )
      (asserts! (has (get bits row) BIT-PRODUCER) ERR-NOT-PRODUCER)
      (asserts! (has (get bits row) BIT-VERIFIED) ERR-NOT-VERIFIED)
      (map-set applications producer (merge application { pending: false }))
      (map-set users producer
        (merge row {
          bits: (bit-or (get bits row) BIT-CERTIFIED),
          capacity-wh: (* (get capacity-kwh application) u1000),
          peak-w: (get peak-w application),
        })
      )
      (let (
          (noted (note producer contract-caller ACTION-CERTIFIED u""
            (get capacity-kwh application) (get peak-w application)
            (get source application)
          ))
          (result {
            producer: producer,
            by: contract-caller,
            capacity-kwh: (get capacity-kwh application),
            peak-w: (get peak-w application),
            source: (get source application),
            seq: (get seq noted),
            at: (get at noted),
          })
        )
        ;; @event producer-certified { producer: principal, by: principal, capacity-kwh: uint, peak-w: uint, source: (string-ascii 20),
        ;;   seq: uint, at: uint }
        (print (merge { topic: "producer-certified" } result))
        (ok result)
      )
    )
  )
)

(define-public (reject-application
    (producer principal)
    (reason (string-utf8 50))
  )
  (begin
    (try! (check-level LEVEL-CERTIFIER))
    (asserts! (not (is-eq producer contract-caller)) ERR-SELF)
    (asserts! (> (len reason) u0) ERR-NO-REASON)
    (let (
        (application (try! (check-pending producer)))
        (noted (note producer contract-caller ACTION-REJECTED reason
          (get capacity-kwh application) (get peak-w application)
          (get source application)
        ))
        (result {
          producer: producer,
          by: contract-caller,
          reason: reason,
          seq: (get seq noted),
          at: (get at noted),
        })
      )
      (map-set applications producer (merge application { pending: false }))
      ;; @event application-rejected { producer: principal, by: principal, reason: (string-utf8 50), seq: uint, at: uint }
      (print (merge { topic: "application-rejected" } result))
      (ok result)
    )
  )
)

;; Takes a certificate back. Open offers cannot be taken any more; trades that are open end as they were made.
(define-public (revoke-certification
    (producer principal)
    (reason (string-utf8 50))
  )
  (begin
    (try! (check-level LEVEL-CERTIFIER))
    (asserts! (not (is-eq producer contract-caller)) ERR-SELF)
    (asserts! (> (len reason) u0) ERR-NO-REASON)
    (let (
        (row (unwrap! (map-get? users producer) ERR-NOT-REGISTERED))
        (application (unwrap! (map-get? applications producer) ERR-NO-APPLICATION))
      )
      (asserts! (has (get bits row) BIT-CERTIFIED) ERR-NOT-CERTIFIED)
      (map-set users producer
        (merge row { bits: (- (get bits row) BIT-CERTIFIED) })
      )
      (ok (withdraw-certificate producer contract-caller reason application))
    )
  )
)

;; ---------------------------------------------------------------- DAO functions

(define-public (add-certifier
    (who principal)
    (level uint)
  )
  (let ((result {
      certifier: who,
      level: level,
    }))
    (try! (check-dao))
    (asserts! (and (>= level LEVEL-METER-READER) (<= level LEVEL-AUDITOR))
      ERR-LEVEL
    )
    (map-set certifiers who level)
    ;; @event certifier-changed { certifier: principal, level: uint }
    (print (merge { topic: "certifier-changed" } result))
    (ok result)
  )
)

(define-public (remove-certifier (who principal))
  (let ((result {
      certifier: who,
      level: u0,
    }))
    (try! (check-dao))
    (asserts! (> (get-certifier-level who) u0) ERR-UNKNOWN-CERTIFIER)
    (map-set certifiers who u0)
    (print (merge { topic: "certifier-changed" } result))
    (ok result)
  )
)

;; ---------------------------------------------------------------- helpers

(define-private (check-pending (producer principal))
  (let ((application (unwrap! (map-get? applications producer) ERR-NO-APPLICATION)))
    (asserts! (get pending application) ERR-NO-APPLICATION)
    (ok application)
  )
)

;; Only a verified household is, or ever was, a member.
(define-private (keep-member
    (who principal)
    (bits uint)
    (active bool)
  )
  (if (has bits BIT-VERIFIED)
    (begin
      (try! (contract-call? .governance-dao set-member who active))
      (ok true)
    )
    (ok false)
  )
)

(define-private (withdraw-certificate
    (producer principal)
    (by principal)
    (reason (string-utf8 50))
    (application {
      capacity-kwh: uint,
      peak-w: uint,
      source: (string-ascii 20),
      pending: bool,
    })
  )
  (let (
      (noted (note producer by ACTION-REVOKED reason (get capacity-kwh application)
        (get peak-w application) (get source application)
      ))
      (result {
        producer: producer,
        by: by,
        reason: reason,
        seq: (get seq noted),
        at: (get at noted),
      })
    )
    ;; @event certification-revoked { producer: principal, by: principal, reason: (string-utf8 50), seq: uint, at: uint }
    (print (merge { topic: "certification-revoked" } result))
    result
  )
)

(define-private (note
    (producer principal)
    (by principal)
    (action uint)
    (reason (string-utf8 50))
    (capacity-kwh uint)
    (peak-w uint)
    (source (string-ascii 20))
  )
  (let (
      (seq (+ (get-history-length producer) u1))
      (now stacks-block-time)
    )
    (map-set certification-history {
      producer: producer,
      seq: seq,
    } {
      action: action,
      by: by,
      reason: reason,
      capacity-kwh: capacity-kwh,
      peak-w: peak-w,
      source: source,
      at: now,
    })
    (map-set history-length producer seq)
    {
      seq: seq,
      at: now,
    }
  )
)
