using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class OfflineSenders : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte>(
                name: "senders",
                table: "offline_scan",
                type: "INTEGER",
                nullable: false,
                defaultValue: (byte)1);

            migrationBuilder.AddColumn<string>(
                name: "other_mac_id",
                table: "offline_journal",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "senders",
                table: "offline_scan");

            migrationBuilder.DropColumn(
                name: "other_mac_id",
                table: "offline_journal");
        }
    }
}
