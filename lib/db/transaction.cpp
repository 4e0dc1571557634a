#include "lib/db/transaction.hpp"

#include <pqxx/pqxx>

#include "lib/clock/clock.hpp"
#include "lib/db/faults.hpp"

namespace lark_batch::db {

namespace {

constexpr int k_attempts = 5;
constexpr clock::Duration k_first_wait{20};
constexpr clock::Duration k_longest_wait{500};

// False when the server rolled back and the work may be repeated.
bool attempt(Connection& connection, const Work& work, bool last) {
    bool done = false;
    translate_faults([&] {
        try {
            pqxx::work transaction{connection.session()};
            work(transaction);
            transaction.commit();
            done = true;
        } catch (const pqxx::serialization_failure&) {
            if (last) {
                throw;
            }
        } catch (const pqxx::deadlock_detected&) {
            if (last) {
                throw;
            }
        }
    });
    return done;
}

// Class 54: data that no server of this kind will ever take.
bool is_beyond_limits(const pqxx::sql_error& fault) {
    return fault.sqlstate().starts_with("54");
}

}  // namespace

void transact(Connection& connection, const Work& work) {
    clock::Backoff backoff{k_first_wait, k_longest_wait, clock::random_seed()};
    for (int number = 1;; ++number) {
        if (attempt(connection, work, number == k_attempts)) {
            return;
        }
        clock::system_clock().sleep(backoff.wait(number));
    }
}

void with_savepoint(pqxx::transaction_base& transaction, const Work& work) {
    try {
        // Not by hand: libpqxx gives a transaction up when a statement without
        // parameters fails, but the innermost only.
        pqxx::subtransaction inner{
            dynamic_cast<pqxx::dbtransaction&>(transaction)};
        // The savepoint is set by the first statement without parameters.
        inner.exec0("SELECT WHERE false");
        work(inner);
        inner.commit();
    } catch (const pqxx::data_exception&) {
        translate_faults([] { throw; });
    } catch (const pqxx::integrity_constraint_violation&) {
        translate_faults([] { throw; });
    } catch (const pqxx::sql_error& fault) {
        if (!is_beyond_limits(fault)) {
            throw;
        }
        translate_faults([] { throw; });
    }
}

void rehearse(Connection& connection, const Work& work) {
    translate_faults([&] {
        pqxx::work transaction{connection.session()};
        work(transaction);
        transaction.abort();
    });
}

}  // namespace lark_batch::db
