using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OfflineArrival : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "arrived_day",
                table: "offline_scan",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            // When older rows came was not written down: the day of the scan, but no day before the journal was first
            // seen and none to come, as a gate with a wrong clock wrote it.
            migrationBuilder.Sql(
                """
                UPDATE offline_scan SET arrived_day = MAX(
                    MIN(day, CAST(strftime('%Y%m%d', 'now', '+8 hours') AS INTEGER)),
                    (SELECT CAST(strftime('%Y%m%d', first_seen_at / 1000, 'unixepoch', '+8 hours') AS INTEGER)
                        FROM offline_journal WHERE id = journal_id));
                """);

            migrationBuilder.CreateIndex(
                name: "ix_offline_scan_arrived_day",
                table: "offline_scan",
                column: "arrived_day");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_offline_scan_arrived_day",
                table: "offline_scan");

            migrationBuilder.DropColumn(
                name: "arrived_day",
                table: "offline_scan");
        }
    }
}
